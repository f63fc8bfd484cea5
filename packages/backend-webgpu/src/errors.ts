/** Elements were asked for at once where WebGPU can only give them later: in Node there is no canvas to read through. */
export class SynchronousReadError extends Error {
  override readonly name = "SynchronousReadError";

  constructor() {
    super("webgpu: expected an asynchronous read in Node, got a synchronous one; await data() or array() instead");
  }
}

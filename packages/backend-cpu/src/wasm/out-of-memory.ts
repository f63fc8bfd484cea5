/** The memory of the WebAssembly engine, 4 GiB at most, cannot hold another tensor. */
export class OutOfMemoryError extends Error {
  override readonly name = "OutOfMemoryError";
  /** Size of the block that did not fit. */
  readonly sizeBytes: number;

  constructor(sizeBytes: number, heapBytes: number) {
    super(
      `cpu: expected ${sizeBytes} more bytes of WebAssembly memory, got none at ${heapBytes} in use; ` +
        "dispose tensors or use smaller batches",
    );
    this.sizeBytes = sizeBytes;
  }
}

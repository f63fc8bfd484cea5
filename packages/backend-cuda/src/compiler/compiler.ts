/** Turns kernels into what a driver loads. `Nvrtc` does so for NVIDIA's cards; tests have one for the CPU. */
export interface Compiler {
  /** Name and version for people, e.g. `NVRTC 13.0`; part of the key of cached images. */
  readonly version: string;
  /**
   * @param file name of the source, for messages.
   * @param source complete: nothing is left to include.
   * @throws {CudaCompilationError} with the compiler's log.
   */
  compile(file: string, source: string): Uint8Array;
}

/** A kernel's source does not compile. */
export class CudaCompilationError extends Error {
  override readonly name = "CudaCompilationError";
  /** e.g. `unary.cu`. */
  readonly file: string;
  /** What the compiler said. */
  readonly log: string;

  constructor(file: string, compiler: string, log: string) {
    super(`cuda: expected ${compiler} to compile ${file}, got errors:\n${log}`);
    this.file = file;
    this.log = log;
  }
}

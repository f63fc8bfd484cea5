/** An engine's memory cannot hold another tensor. */
export class OutOfMemoryError extends Error {
  override readonly name = "OutOfMemoryError";
  /** Size of the block that did not fit. */
  readonly sizeBytes: number;

  /**
   * @param memory what is full, e.g. `WebAssembly memory`.
   * @param inUseBytes what it holds already.
   * @param capBytes the cap that was set for it, if one was.
   */
  constructor(sizeBytes: number, memory: string, inUseBytes: number, capBytes?: number) {
    const cap = capBytes === undefined ? "" : ` under a cap of ${capBytes}`;
    super(
      `cpu: expected ${sizeBytes} more bytes of ${memory}, got none at ${inUseBytes} in use${cap}; ` +
        "dispose tensors or use smaller batches",
    );
    this.sizeBytes = sizeBytes;
  }
}

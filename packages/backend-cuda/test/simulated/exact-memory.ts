import type { BackendMemory } from "@camada/tensor";
import type { DriverContext } from "../../src/driver/driver.ts";
import { CudaError, CudaOutOfMemoryError, OUT_OF_MEMORY } from "../../src/driver/errors.ts";
import type { Block, DeviceMemory } from "../../src/memory/device-memory.ts";

/** Device memory without a cache: every tensor is an allocation of its own, of exactly its size, guarded as such. */
export class ExactMemory implements DeviceMemory {
  readonly #context: DriverContext;
  readonly #capBytes: number;
  readonly #blocks = new Set<Block>();
  #inUseBytes = 0;
  #peakBytes = 0;

  constructor(context: DriverContext, capBytes: number) {
    this.#context = context;
    this.#capBytes = capBytes;
  }

  allocate(sizeBytes: number): Block {
    if (this.#capBytes > 0 && this.#inUseBytes + sizeBytes > this.#capBytes) throw this.#full(sizeBytes);
    try {
      const block = { address: this.#context.allocate(sizeBytes), sizeBytes };
      this.#blocks.add(block);
      this.#inUseBytes += sizeBytes;
      this.#peakBytes = Math.max(this.#peakBytes, this.#inUseBytes);
      return block;
    } catch (error) {
      throw error instanceof CudaError && error.code === OUT_OF_MEMORY ? this.#full(sizeBytes) : error;
    }
  }

  free(block: Block): void {
    if (!this.#blocks.delete(block)) throw new Error(`expected a block in use, got one of ${block.sizeBytes} bytes`);
    this.#inUseBytes -= block.sizeBytes;
    if (!this.#context.isLost) this.#context.free(block.address);
  }

  readonly statistics = (): BackendMemory => ({
    inUseBytes: this.#inUseBytes,
    peakBytes: this.#peakBytes,
    cachedBytes: 0,
    scratchPeakBytes: 0,
  });

  dispose(): void {
    for (const block of this.#blocks) this.free(block);
  }

  #full(requestedBytes: number): CudaOutOfMemoryError {
    const freeBytes = this.#capBytes > 0 ? this.#capBytes - this.#inUseBytes : this.#context.freeMemoryBytes();
    return new CudaOutOfMemoryError({ requestedBytes, freeBytes, cachedBytes: 0, inUseBytes: this.#inUseBytes });
  }
}

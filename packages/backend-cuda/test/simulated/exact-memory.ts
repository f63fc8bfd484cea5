import type { BackendMemory } from "@camada/tensor";
import type { DriverContext } from "../../src/driver/driver.ts";
import { CudaError, CudaOutOfMemoryError, OUT_OF_MEMORY } from "../../src/driver/errors.ts";
import type { Block, DeviceMemory, StepPool } from "../../src/memory/device-memory.ts";

/** A step's blocks: each stays what it is to the pool's end, so that a replay's own guards are around its tensors. */
class ExactPool implements StepPool {
  reservedBytes = 0;
  isClosing = false;
  readonly lent = new Set<Block>();
  readonly freed: Block[] = [];
}

/** Device memory without a cache: every tensor is an allocation of its own, of exactly its size, guarded as such. */
export class ExactMemory implements DeviceMemory {
  readonly #context: DriverContext;
  readonly #capBytes: number;
  readonly #blocks = new Map<Block, ExactPool | undefined>();
  #current: ExactPool | undefined;
  #inUseBytes = 0;
  #peakBytes = 0;

  constructor(context: DriverContext, capBytes: number) {
    this.#context = context;
    this.#capBytes = capBytes;
  }

  allocate(sizeBytes: number): Block {
    return this.#allocate(this.#current, sizeBytes);
  }

  allocateApart(sizeBytes: number): Block {
    return this.#allocate(undefined, sizeBytes);
  }

  free(block: Block): void {
    const pool = this.#blocks.get(block);
    if (!this.#blocks.delete(block)) throw new Error(`expected a block in use, got one of ${block.sizeBytes} bytes`);
    this.#inUseBytes -= block.sizeBytes;
    if (pool === undefined) {
      this.#giveBack(block);
      return;
    }
    pool.lent.delete(block);
    pool.freed.push(block);
    this.#empty(pool);
  }

  createPool(): ExactPool {
    return new ExactPool();
  }

  allocateFrom(pool: StepPool | undefined): void {
    this.#current = pool as ExactPool | undefined;
  }

  closePool(pool: StepPool): void {
    (pool as ExactPool).isClosing = true;
    this.#empty(pool as ExactPool);
  }

  readonly statistics = (): BackendMemory => ({
    inUseBytes: this.#inUseBytes,
    peakBytes: this.#peakBytes,
    cachedBytes: 0,
    scratchPeakBytes: 0,
  });

  dispose(): void {
    for (const block of this.#blocks.keys()) this.free(block);
  }

  #allocate(pool: ExactPool | undefined, sizeBytes: number): Block {
    if (this.#capBytes > 0 && this.#inUseBytes + sizeBytes > this.#capBytes) throw this.#full(sizeBytes);
    try {
      const block = { address: this.#context.allocate(sizeBytes), sizeBytes };
      this.#blocks.set(block, pool);
      pool?.lent.add(block);
      if (pool !== undefined) pool.reservedBytes += sizeBytes;
      this.#inUseBytes += sizeBytes;
      this.#peakBytes = Math.max(this.#peakBytes, this.#inUseBytes);
      return block;
    } catch (error) {
      throw error instanceof CudaError && error.code === OUT_OF_MEMORY ? this.#full(sizeBytes) : error;
    }
  }

  #empty(pool: ExactPool): void {
    if (!pool.isClosing || pool.lent.size > 0) return;
    for (const block of pool.freed.splice(0)) this.#giveBack(block);
    pool.reservedBytes = 0;
  }

  #giveBack({ address }: Block): void {
    if (!this.#context.isLost) this.#context.free(address);
  }

  #full(requestedBytes: number): CudaOutOfMemoryError {
    const freeBytes = this.#capBytes > 0 ? this.#capBytes - this.#inUseBytes : this.#context.freeMemoryBytes();
    return new CudaOutOfMemoryError({ requestedBytes, freeBytes, cachedBytes: 0, inUseBytes: this.#inUseBytes });
  }
}

import type { BackendMemory } from "@camada/tensor";
import type { DriverContext } from "../driver/driver.ts";
import { CudaError, CudaOutOfMemoryError, OUT_OF_MEMORY } from "../driver/errors.ts";
import type { Block, DeviceMemory, StepPool } from "./device-memory.ts";
import { MemoryPool, type PoolBlock } from "./memory-pool.ts";
import { sizeClass } from "./size-class.ts";

/** Device memory that is kept when tensors free it. */
export class CachingMemory implements DeviceMemory {
  readonly #context: DriverContext;
  readonly #capBytes: number;
  readonly #main: MemoryPool;
  /** Of its own: what a recorded step uses must be there, untouched, whenever it is replayed. */
  readonly #private = new Set<MemoryPool>();
  #current: MemoryPool;
  #inUseBytes = 0;
  #peakBytes = 0;

  /** @param capBytes most that tensors may take together; 0 for no cap. */
  constructor(context: DriverContext, capBytes = 0) {
    this.#context = context;
    this.#capBytes = capBytes;
    this.#main = new MemoryPool(context);
    this.#current = this.#main;
  }

  allocate(sizeBytes: number): Block {
    return this.#allocate(this.#current, sizeBytes);
  }

  allocateApart(sizeBytes: number): Block {
    return this.#allocate(this.#main, sizeBytes);
  }

  free(block: Block): void {
    const { pool, sizeBytes } = block as PoolBlock;
    pool.take(block as PoolBlock);
    this.#inUseBytes -= sizeBytes;
    if (pool.isClosing && pool.isIdle) this.#remove(pool);
  }

  createPool(): MemoryPool {
    const pool = new MemoryPool(this.#context);
    this.#private.add(pool);
    return pool;
  }

  allocateFrom(pool: StepPool | undefined): void {
    this.#current = (pool as MemoryPool | undefined) ?? this.#main;
  }

  closePool(pool: StepPool): void {
    const own = pool as MemoryPool;
    own.isClosing = true;
    if (own.isIdle) this.#remove(own);
  }

  readonly statistics = (): BackendMemory => ({
    inUseBytes: this.#inUseBytes,
    peakBytes: this.#peakBytes,
    cachedBytes: this.#reservedBytes() - this.#inUseBytes,
    scratchPeakBytes: 0,
  });

  dispose(): void {
    for (const pool of [this.#main, ...this.#private]) pool.dispose();
    this.#private.clear();
    this.#inUseBytes = 0;
  }

  #allocate(pool: MemoryPool, sizeBytes: number): Block {
    const size = sizeClass(sizeBytes);
    if (this.#capBytes > 0 && this.#inUseBytes + size > this.#capBytes) throw this.#full(sizeBytes);
    const block = pool.reuse(size) ?? this.#grow(pool, sizeBytes, size);
    this.#inUseBytes += block.sizeBytes;
    this.#peakBytes = Math.max(this.#peakBytes, this.#inUseBytes);
    return block;
  }

  #grow(pool: MemoryPool, sizeBytes: number, size: number): PoolBlock {
    if (this.#capBytes > 0 && this.#reservedBytes() + size > this.#capBytes) this.#main.trim();
    try {
      return pool.grow(size);
    } catch (error) {
      if (!isOutOfMemory(error)) throw error;
    }
    this.#main.trim();
    try {
      return pool.grow(size);
    } catch (error) {
      throw isOutOfMemory(error) ? this.#full(sizeBytes) : error;
    }
  }

  #reservedBytes(): number {
    return [this.#main, ...this.#private].reduce((sum, { reservedBytes }) => sum + reservedBytes, 0);
  }

  #full(requestedBytes: number): CudaOutOfMemoryError {
    const underCap = this.#capBytes > 0 ? this.#capBytes - this.#inUseBytes : Infinity;
    return new CudaOutOfMemoryError({
      requestedBytes,
      freeBytes: Math.min(this.#context.freeMemoryBytes(), underCap),
      cachedBytes: this.#reservedBytes() - this.#inUseBytes,
      inUseBytes: this.#inUseBytes,
    });
  }

  #remove(pool: MemoryPool): void {
    pool.dispose();
    this.#private.delete(pool);
  }
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof CudaError && error.code === OUT_OF_MEMORY;
}

import type { Address, DriverContext } from "../driver/driver.ts";
import type { Block, StepPool } from "./device-memory.ts";

/** Blocks below this size are cut from slabs, which asks the driver less often; larger ones are its own. */
const SMALL_BYTES = 2 ** 20;
const SLAB_BYTES = 2 ** 21;

/** How much larger than needed a cached block may be and still be used. */
const SPARE = 1.25;

/** A block that knows where it goes back to. */
export interface PoolBlock extends Block {
  readonly pool: MemoryPool;
}

/**
 * Memory that was taken from the driver, as blocks of a few sizes: free ones by size, and slabs that small ones are cut
 * from. A pool shares nothing with other pools.
 */
export class MemoryPool implements StepPool {
  readonly #context: DriverContext;
  /** Free blocks by their size; sizes ascend in `#sizes`. */
  readonly #free = new Map<number, PoolBlock[]>();
  #slabs: Address[] = [];
  #slabEnd = 0;
  #slabAt = 0;
  /** Blocks that tensors have. */
  readonly #lent = new Set<PoolBlock>();
  /** Taken from the driver. */
  reservedBytes = 0;
  /** Whether it goes once its last block comes back. */
  isClosing = false;

  constructor(context: DriverContext) {
    this.#context = context;
  }

  get isIdle(): boolean {
    return this.#lent.size === 0;
  }

  /** A cached block of a size class, or one that is not much larger. */
  reuse(sizeBytes: number): PoolBlock | undefined {
    const exact = this.#free.get(sizeBytes)?.pop();
    if (exact !== undefined || sizeBytes < SMALL_BYTES) return this.#lend(exact);
    let best: PoolBlock[] | undefined;
    for (const [size, blocks] of this.#free) {
      if (blocks.length === 0 || size < sizeBytes || size > sizeBytes * SPARE) continue;
      if (best === undefined || size < best[0]!.sizeBytes) best = blocks;
    }
    return this.#lend(best?.pop());
  }

  /**
   * A block that the driver gives, or that is cut from what it gave.
   * @throws {CudaError} when it has no room.
   */
  grow(sizeBytes: number): PoolBlock {
    if (sizeBytes >= SMALL_BYTES) {
      const address = this.#take(sizeBytes);
      return this.#lend({ address, sizeBytes, pool: this });
    }
    if (this.#slabEnd - this.#slabAt < sizeBytes) {
      this.#slabAt = this.#take(SLAB_BYTES);
      this.#slabEnd = this.#slabAt + SLAB_BYTES;
      this.#slabs.push(this.#slabAt);
    }
    const address = this.#slabAt;
    this.#slabAt += sizeBytes;
    return this.#lend({ address, sizeBytes, pool: this });
  }

  /** Takes a block back. */
  take(block: PoolBlock): void {
    if (!this.#lent.delete(block)) {
      throw new RangeError(
        `cuda: expected a block of memory that is in use, got one of ${block.sizeBytes} bytes that is free`,
      );
    }
    const blocks = this.#free.get(block.sizeBytes);
    if (blocks === undefined) this.#free.set(block.sizeBytes, [block]);
    else blocks.push(block);
  }

  /** Gives the driver what no tensor has: large blocks, and the slabs if none of them is in use. */
  trim(): void {
    for (const [size, blocks] of this.#free) {
      if (size < SMALL_BYTES) continue;
      for (const { address } of blocks) this.#giveBack(address, size);
      this.#free.delete(size);
    }
    const isSlabInUse = [...this.#lent].some(({ sizeBytes }) => sizeBytes < SMALL_BYTES);
    if (isSlabInUse) return;
    for (const slab of this.#slabs) this.#giveBack(slab, SLAB_BYTES);
    this.#slabs = [];
    this.#slabAt = this.#slabEnd = 0;
    this.#free.clear();
  }

  /** Gives the driver everything, blocks in use too. */
  dispose(): void {
    for (const block of [...this.#lent]) this.take(block);
    this.trim();
  }

  #lend<B extends PoolBlock | undefined>(block: B): B {
    if (block !== undefined) this.#lent.add(block);
    return block;
  }

  #take(sizeBytes: number): Address {
    const address = this.#context.allocate(sizeBytes);
    this.reservedBytes += sizeBytes;
    return address;
  }

  #giveBack(address: Address, sizeBytes: number): void {
    this.reservedBytes -= sizeBytes;
    // A lost context has no memory any more.
    if (!this.#context.isLost) this.#context.free(address);
  }
}

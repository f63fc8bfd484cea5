import type { Address } from "./module.ts";

/** Cache lines: packed panels start on one. */
const ALIGNMENT_BYTES = 64;
/** More than this is given back after the kernel that needed it. */
const KEPT_BYTES = 64 * 2 ** 20;

interface Allocator {
  allocate(sizeBytes: number): Address;
  free(address: Address): void;
}

/** Working memory on the heap, reused from kernel to kernel and grown to the largest need. */
export class Scratch {
  readonly #heap: Allocator;
  #address = 0;
  #sizeBytes = 0;
  #inUse = false;

  constructor(heap: Allocator) {
    this.#heap = heap;
  }

  /** Bytes held between kernels. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Lends one aligned block for each size, in bytes, while `work` runs. Blocks are not cleared. */
  lend<const Sizes extends readonly number[], Result>(
    sizesBytes: Sizes,
    work: (...blocks: { -readonly [I in keyof Sizes]: Address }) => Result,
  ): Result {
    if (this.#inUse) throw new Error("scratch: expected no other kernel to hold it, got a nested loan");
    const padded = sizesBytes.map((size) => Math.ceil(size / ALIGNMENT_BYTES) * ALIGNMENT_BYTES);
    this.#reserve(padded.reduce((sum, size) => sum + size, ALIGNMENT_BYTES));
    let next = Math.ceil(this.#address / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
    const blocks = padded.map((size) => (next += size) - size);
    this.#inUse = true;
    try {
      return work(...(blocks as { -readonly [I in keyof Sizes]: Address }));
    } finally {
      this.#inUse = false;
      if (this.#sizeBytes > KEPT_BYTES) this.release();
    }
  }

  /** Gives the memory back. */
  release(): void {
    if (this.#sizeBytes > 0) this.#heap.free(this.#address);
    this.#address = 0;
    this.#sizeBytes = 0;
  }

  #reserve(sizeBytes: number): void {
    if (sizeBytes <= this.#sizeBytes) return;
    this.release();
    this.#address = this.#heap.allocate(sizeBytes);
    this.#sizeBytes = sizeBytes;
  }
}

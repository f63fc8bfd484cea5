import type { Address } from "./driver.ts";

/** What a kernel may take in all: the least that every supported card has room for. */
const MAX_BYTES = 4096;

const WORD = 2 ** 32;

/**
 * The arguments of one launch, packed by C's rules of alignment, in the order of the kernel's parameters. One is reused
 * for all launches.
 *
 * A struct parameter is written as its members, `align` first where its strictest member is wider than its first.
 */
export class LaunchArguments {
  readonly #bytes = new Uint8Array(MAX_BYTES);
  readonly #view = new DataView(this.#bytes.buffer);
  #length = 0;

  /** Forgets all arguments. */
  reset(): this {
    this.#length = 0;
    return this;
  }

  /** A pointer; 0 is null. */
  address(value: Address): this {
    const at = this.#place(8);
    this.#view.setUint32(at, value >>> 0, true);
    this.#view.setUint32(at + 4, Math.floor(value / WORD), true);
    return this;
  }

  /** An `int` or `unsigned`, or several. */
  int32(...values: readonly number[]): this {
    for (const value of values) this.#view.setInt32(this.#place(4), value, true);
    return this;
  }

  /** A `long long`, exact up to 2^53, or several. */
  int64(...values: readonly number[]): this {
    for (const value of values) {
      const at = this.#place(8);
      this.#view.setUint32(at, value >>> 0, true);
      this.#view.setInt32(at + 4, Math.floor(value / WORD), true);
    }
    return this;
  }

  /** A `float`, or several. */
  float32(...values: readonly number[]): this {
    for (const value of values) this.#view.setFloat32(this.#place(4), value, true);
    return this;
  }

  /** A `double`. */
  float64(value: number): this {
    this.#view.setFloat64(this.#place(8), value, true);
    return this;
  }

  /** Goes on at a multiple of some bytes, as C does before and after a struct with members of that size. */
  align(sizeBytes: number): this {
    this.#length = Math.ceil(this.#length / sizeBytes) * sizeBytes;
    return this;
  }

  /** What was written; to be used before the next {@link reset}. */
  packed(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #place(sizeBytes: number): number {
    const at = this.align(sizeBytes).#length;
    if (at + sizeBytes > MAX_BYTES) {
      throw new RangeError(`cuda: expected at most ${MAX_BYTES} bytes of arguments, got ${at + sizeBytes}`);
    }
    this.#length = at + sizeBytes;
    return at;
  }
}

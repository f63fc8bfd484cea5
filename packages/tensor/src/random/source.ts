import { ShapeError } from "@camada/conv-math";

/** Where a {@link RandomSource} stands, as plain JSON. */
export type RandomState = MxnetState | SeededState;

/** State of `random.mxnet`: how many 32-bit words each generator that was touched has given. */
export interface MxnetState {
  readonly algorithm: "mxnet";
  readonly seed: number;
  /** Pairs of generator (0 to 1023) and words drawn since seeding. */
  readonly drawn: readonly (readonly [generator: number, words: number])[];
}

/** State of `random.seeded`: the generator's four 32-bit words. */
export interface SeededState {
  readonly algorithm: "xoshiro128**";
  readonly words: readonly [number, number, number, number];
}

/** A stream of random numbers that can be put away and resumed. Results are new arrays on the host. */
export interface RandomSource {
  /** `n` numbers, uniform in `[low, high)`; default `[0, 1)`. */
  uniform(n: number, low?: number, high?: number): Float32Array;
  /** `n` numbers from the normal distribution; `mean` defaults to 0, `sigma` (its standard deviation) to 1. */
  normal(n: number, mean?: number, sigma?: number): Float32Array;
  /** `n` integers, uniform in `[0, below)`; `below` is at most 2^31. */
  integer(n: number, below: number): Int32Array;
  /** The integers from 0 to `n - 1` in random order. */
  permutation(n: number): Int32Array;
  /** Starts the stream anew from a seed. */
  reseed(seed: number): void;
  /** Another source that goes on from the same place. */
  clone(): RandomSource;
  /** A snapshot for {@link RandomSource.restore}. */
  state(): RandomState;
  /**
   * Continues exactly where the snapshot was taken.
   * @throws {ShapeError} when the snapshot is another algorithm's.
   */
  restore(state: RandomState): void;
}

/** @throws {ShapeError} unless `n` is a whole number, 0 or above. */
export function checkCount(op: string, n: number): void {
  if (!Number.isSafeInteger(n) || n < 0) throw new ShapeError(op, "a count of 0 or more", String(n));
}

/** @throws {ShapeError} unless both bounds are finite as float32. */
export function checkBounds(op: string, low: number, high: number): void {
  if (!Number.isFinite(Math.fround(low)) || !Number.isFinite(Math.fround(high)))
    throw new ShapeError(op, "finite bounds", `[${low}, ${high})`);
}

/** @throws {ShapeError} unless `below` is a whole number from 1 to 2^31. */
export function checkBelow(op: string, below: number): void {
  if (!Number.isSafeInteger(below) || below < 1 || below > 2 ** 31) {
    throw new ShapeError(op, "an upper bound from 1 to 2^31", String(below));
  }
}

/** @throws {ShapeError} unless `seed` is a whole number. */
export function checkSeed(op: string, seed: number): void {
  if (!Number.isSafeInteger(seed)) throw new ShapeError(op, "a whole number as seed", String(seed));
}

/**
 * The integers from 0 to `n - 1`, shuffled from the end as NumPy's `RandomState.permutation` does: each element changes
 * places with one before it or itself, whose index is the first word that fits after masking.
 *
 * @param nextWord 32 random bits, as an unsigned number.
 * @see NumPy 1.23, `numpy.random.RandomState.shuffle`
 */
export function permute(n: number, nextWord: () => number): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const mask = 2 ** (32 - Math.clz32(i)) - 1;
    let j: number;
    do j = (nextWord() & mask) >>> 0;
    while (j > i);
    const moved = order[i]!;
    order[i] = order[j]!;
    order[j] = moved;
  }
  return order;
}

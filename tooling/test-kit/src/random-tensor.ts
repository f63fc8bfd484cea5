import * as tf from "@tensorflow/tfjs-core";

/** How {@link randomTensor} draws. */
export interface RandomTensorOptions {
  /** Same seed, shape and options, same values; default 1. */
  readonly seed?: number;
  /** Smallest value; default -2. */
  readonly low?: number;
  /** Largest value; default 2. */
  readonly high?: number;
  /** Points where the function under test bends or jumps; default `[0]`. */
  readonly kinks?: readonly number[];
  /** Every value keeps at least this distance from every kink; default 0.125, twice the reach of a numeric gradient. */
  readonly margin?: number;
  /**
   * Draws a permutation of equally spaced values instead, so that no two are equal: for maxima, minima and sorting.
   * With the default range, up to 30 values stay more than 0.125 apart. Kinks are not looked at.
   */
  readonly distinct?: boolean;
}

/** Values are multiples of this, so that adding a numeric gradient's step to them is exact in float32. */
const GRID = 2 ** -10;

/**
 * A float32 tensor of seeded random values that keep away from kinks.
 *
 * @throws {RangeError} when the range leaves no room beside the kinks.
 */
export function randomTensor<R extends tf.Rank>(
  shape: tf.ShapeMap[R],
  options: RandomTensorOptions = {},
): tf.Tensor<R> {
  const { seed = 1, low = -2, high = 2, kinks = [0], margin = 0.125, distinct = false } = options;
  const random = uniformSource(seed);
  const size = shape.reduce((product: number, axis: number) => product * axis, 1);
  if (distinct) return tf.tensor(spread(size, low, high, random), shape, "float32");
  return tf.tensor(
    Float32Array.from({ length: size }, () => draw(low, high, kinks, margin, random)),
    shape,
    "float32",
  );
}

function draw(low: number, high: number, kinks: readonly number[], margin: number, random: () => number): number {
  for (let attempt = 0; attempt < 1000; attempt++) {
    const value = Math.round((low + (high - low) * random()) / GRID) * GRID;
    if (kinks.every((kink) => Math.abs(value - kink) >= margin)) return value;
  }
  throw new RangeError(
    `randomTensor: expected room in [${low}, ${high}] beside the kinks, got none ${margin} away from ${kinks.join(", ")}`,
  );
}

function spread(size: number, low: number, high: number, random: () => number): Float32Array {
  const values = Float32Array.from({ length: size }, (_, i) => {
    const value = size === 1 ? low : low + ((high - low) * i) / (size - 1);
    return Math.round(value / GRID) * GRID;
  });
  for (let i = size - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [values[i], values[j]] = [values[j]!, values[i]!];
  }
  return values;
}

/** Uniform numbers in [0, 1): a Weyl sequence through the finalizer of MurmurHash3. */
export function uniformSource(seed: number): () => number {
  let counter = seed >>> 0;
  return () => {
    counter = (counter + 0x9e3779b9) >>> 0;
    let z = counter;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return ((z ^ (z >>> 16)) >>> 0) / 2 ** 32;
  };
}

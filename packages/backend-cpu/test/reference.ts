/** Float64 references, written as plain nested loops over positions. */
import type { ConvolutionAttrs, PoolAttrs } from "@camada/tensor";

/** A row-major array of float64 (or of float32 values held in float64). */
export interface Dense {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** A sum with the sum of the absolute terms, from which the bound of its rounding error follows. */
export interface Sum extends Dense {
  readonly magnitude: Float64Array;
  /** Largest count of terms of one sum. */
  readonly terms: number;
}

/** Seeded uniform numbers in [0, 1), by a 32-bit linear congruence (Numerical Recipes' constants). */
export function randomSource(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Random float32 in [-1, 1). */
export function randomDense(shape: readonly number[], random: () => number): Dense {
  return { shape, data: Float64Array.from({ length: size(shape) }, () => Math.fround(random() * 2 - 1)) };
}

export function size(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** Every multi-index of a shape, in row-major order. */
export function* indices(shape: readonly number[]): Generator<number[]> {
  const count = size(shape);
  for (let flat = 0; flat < count; flat++) yield unravel(flat, shape);
}

function unravel(flat: number, shape: readonly number[]): number[] {
  const index = shape.map(() => 0);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const extent = shape[axis] ?? 1;
    index[axis] = flat % extent;
    flat = Math.floor(flat / extent);
  }
  return index;
}

export function ravel(index: readonly number[], shape: readonly number[]): number {
  return index.reduce((flat, at, axis) => flat * (shape[axis] ?? 1) + at, 0);
}

/** Calls `visit` with the flat places of x, weight and y of every multiplication of a convolution. */
export function eachProduct(
  xShape: readonly number[],
  weightShape: readonly number[],
  yShape: readonly number[],
  attrs: ConvolutionAttrs,
  visit: (x: number, weight: number, y: number) => void,
): void {
  const [cOut = 0, cInGroup = 0, ...kernel] = weightShape;
  const cOutGroup = cOut / attrs.groups;
  const input = xShape.slice(2);
  const taps = [...indices([cInGroup, ...kernel])];
  let y = 0;
  for (const [n = 0, co = 0, ...out] of indices(yShape)) {
    const image = n * xShape[1]! + Math.floor(co / cOutGroup) * cInGroup;
    taps.forEach((tap, k) => {
      let x = image + tap[0]!;
      for (let axis = 0; axis < input.length; axis++) {
        const stride = attrs.strides[axis]!;
        const at = out[axis]! * stride - attrs.padBegin[axis]! + tap[axis + 1]! * attrs.dilations[axis]!;
        if (at < 0 || at >= input[axis]!) return;
        x = x * input[axis]! + at;
      }
      visit(x, co * taps.length + k, y);
    });
    y++;
  }
}

/** Sums `left[i] * right[j]` into place `k` for every visited product. */
export function sumProducts(
  shape: readonly number[],
  left: Dense,
  right: Dense,
  products: (add: (left: number, right: number, target: number) => void) => void,
): Sum {
  const data = new Float64Array(size(shape));
  const magnitude = new Float64Array(size(shape));
  const counts = new Int32Array(size(shape));
  products((i, j, k) => {
    const term = left.data[i]! * right.data[j]!;
    data[k]! += term;
    magnitude[k]! += Math.abs(term);
    counts[k]! += 1;
  });
  return { shape, data, magnitude, terms: counts.reduce((most, count) => Math.max(most, count), 0) };
}

/**
 * Largest error as a multiple of its bound: a float32 sum of n products, in any order, is off by at most
 * `n 2^-24 sum |terms|` to first order (Higham, Accuracy and Stability, 3.1). Above 1 the kernel is wrong.
 */
export function errorOverBound(actual: ArrayLike<number>, expected: Sum): number {
  let worst = 0;
  for (let i = 0; i < expected.data.length; i++) {
    const error = Math.abs(actual[i]! - expected.data[i]!);
    const bound = (expected.terms + 1) * 2 ** -24 * expected.magnitude[i]! * 1.01;
    worst = Math.max(worst, error === 0 ? 0 : Number.isNaN(error) ? Infinity : error / bound);
  }
  return worst;
}

/** Distance in units in the last place of float32, measured at the exact value. */
export function ulps(actual: number, exact: number): number {
  if (Number.isNaN(exact)) return Number.isNaN(actual) ? 0 : Infinity;
  if (!Number.isFinite(exact)) return Object.is(actual, exact) ? 0 : Infinity;
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(exact))), -126);
  return Math.abs(actual - exact) / 2 ** (exponent - 23);
}

/** The window of one pooled output: flat places of its real elements, and its size within the padded input. */
export function poolWindow(
  xShape: readonly number[],
  attrs: PoolAttrs,
  output: readonly number[],
): { places: number[]; paddedCount: number } {
  const [n = 0, c = 0, ...out] = output;
  const input = xShape.slice(2);
  const start = out.map((o, axis) => o * attrs.strides[axis]! - attrs.padBegin[axis]!);
  const places: number[] = [];
  let paddedCount = 0;
  for (const offset of indices(attrs.kernel)) {
    const at = offset.map((k, axis) => start[axis]! + k);
    if (at.every((p, axis) => p < input[axis]! + attrs.padEnd[axis]!)) paddedCount++;
    if (at.every((p, axis) => p >= 0 && p < input[axis]!)) places.push(ravel([n, c, ...at], xShape));
  }
  return { places, paddedCount };
}

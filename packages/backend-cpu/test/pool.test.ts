import { POOL, POOL_GRADIENT, type PoolAttrs } from "@camada/tensor";
import { describe, expect, it } from "vitest";
import { indices, poolWindow, randomDense, randomSource, size, type Dense } from "./reference.ts";
import { runSingle } from "./run-kernel.ts";

const LOWEST = -3.4028234663852886e38;

function randomPool(axes: number, random: () => number): { x: Dense; attrs: PoolAttrs } {
  const pick = (low: number, high: number): number => low + Math.floor(random() * (high - low + 1));
  const each = (make: () => number): number[] => Array.from({ length: axes }, make);
  const kernel = each(() => pick(1, 4));
  const strides = each(() => pick(1, 4));
  const padBegin = kernel.map((k) => pick(0, k - 1));
  const padEnd = kernel.map((k) => pick(0, k - 1));
  const input = kernel.map((k) => pick(k, 9));
  const roundsUp = random() < 0.5;
  const outputSize = input.map((extent, axis) => {
    const steps = (extent + padBegin[axis]! + padEnd[axis]! - kernel[axis]!) / strides[axis]!;
    return (roundsUp ? Math.ceil(steps) : Math.floor(steps)) + 1;
  });
  const kind = random() < 0.5 ? "max" : "avg";
  const attrs: PoolAttrs = { kind, kernel, strides, padBegin, padEnd, outputSize, countIncludePad: random() < 0.5 };
  return { x: randomDense([pick(1, 2), pick(1, 3), ...input], random), attrs };
}

/** Places and their common factor for one output: the sum of `factor * x[place]` is the output. */
function window(x: Dense, attrs: PoolAttrs, output: readonly number[]): { places: number[]; factor: number } {
  const { places, paddedCount } = poolWindow(x.shape, attrs, output);
  if (attrs.kind === "avg") {
    return { places, factor: 1 / Math.max(attrs.countIncludePad ? paddedCount : places.length, 1) };
  }
  const first = places.reduce<number[]>(
    (best, p) => (best[0] === undefined || x.data[p]! > x.data[best[0]]! ? [p] : best),
    [],
  );
  return { places: first, factor: 1 };
}

describe("pooling and its gradient", () => {
  it.each([1, 2, 3])("agree with float64 over 120 random geometries of %i axes, ceil mode among them", (axes) => {
    const random = randomSource(30 + axes);
    for (let repeat = 0; repeat < 120; repeat++) {
      const { x, attrs } = randomPool(axes, random);
      const yShape = [x.shape[0]!, x.shape[1]!, ...attrs.outputSize];
      const dy = randomDense(yShape, random);
      const y = runSingle(POOL, { x }, attrs);
      const dx = runSingle(POOL_GRADIENT, { dy, x }, attrs);
      const expected = new Float64Array(size(x.shape));
      let at = 0;
      for (const output of indices(yShape)) {
        const { places, factor } = window(x, attrs, output);
        const value = places.reduce((sum, place) => sum + factor * x.data[place]!, 0);
        const empty = attrs.kind === "max" ? LOWEST : 0;
        expect(y.data[at]).toBeCloseTo(places.length === 0 ? empty : value, 6);
        for (const place of places) expected[place]! += factor * dy.data[at]!;
        at++;
      }
      expect(y.shape).toEqual(yShape);
      expect(dx.shape).toEqual(x.shape);
      // At most 64 windows meet in an element, each of at most 1: 64 roundings of at most 64 2^-24 would be 2.5e-4.
      dx.data.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-5));
    }
  });

  it("give the first of equal maxima the gradient", () => {
    const x = { shape: [1, 1, 2, 2], data: Float64Array.of(1, 3, 3, 2) };
    const dy = { shape: [1, 1, 1, 1], data: Float64Array.of(5) };
    const attrs: PoolAttrs = {
      kind: "max",
      kernel: [2, 2],
      strides: [2, 2],
      padBegin: [0, 0],
      padEnd: [0, 0],
      outputSize: [1, 1],
      countIncludePad: true,
    };
    expect(runSingle(POOL_GRADIENT, { dy, x }, attrs).data).toEqual(Float32Array.of(0, 5, 0, 0));
    const withNaN = { ...x, data: Float64Array.of(1, NaN, 3, 2) };
    expect(runSingle(POOL, { x: withNaN }, attrs).data).toEqual(Float32Array.of(NaN));
    const negative = { ...x, data: Float64Array.of(-Infinity, -Infinity, -Infinity, -Infinity) };
    expect(runSingle(POOL, { x: negative }, attrs).data).toEqual(Float32Array.of(-Infinity));
  });
});

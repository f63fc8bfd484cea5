import { lowestFloat32, POOL, POOL_GRADIENT, type PoolAttrs } from "@camada/tensor";
import { describe, expect, it } from "vitest";
import { differingThreads, runNativeSingle, type Values } from "./native-run.ts";
import { CASES, RandomCase, sizeOf } from "./random-case.ts";
import { emptySums, WorstError } from "./sum.ts";

const THREADS_EVERY = 10;

interface PoolCase {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly attrs: PoolAttrs;
}

function randomPool(random: RandomCase, kind: "max" | "avg"): PoolCase {
  const axes = random.oneOf([1, 2, 2, 2, 3]);
  const each = (make: (axis: number) => number): number[] => Array.from({ length: axes }, (_, axis) => make(axis));
  const kernel = each(() => random.oneOf([1, 2, 2, 3, 3, 5]));
  const strides = each((axis) => random.oneOf([1, 2, kernel[axis]!, 3]));
  const padBegin = each((axis) => random.between(0, kernel[axis]! - 1));
  const padEnd = each((axis) => random.oneOf([padBegin[axis]!, random.between(0, kernel[axis]! - 1)]));
  const input = each((axis) => Math.max(kernel[axis]!, axis === axes - 1 ? random.extent(40) : random.between(1, 8)));
  const roundsUp = random.chance(0.5);
  const outputSize = each((axis) => {
    const steps = (input[axis]! + padBegin[axis]! + padEnd[axis]! - kernel[axis]!) / strides[axis]!;
    return (roundsUp ? Math.ceil(steps) : Math.floor(steps)) + 1;
  });
  const channels = [random.between(1, 3), random.extent(axes === 1 ? 20 : 5)];
  const attrs = { kind, kernel, strides, padBegin, padEnd, outputSize, countIncludePad: random.chance(0.5) };
  return { x: [...channels, ...input], y: [...channels, ...outputSize], attrs };
}

/** Real elements of the window of every output, and what an average divides by. */
function windowsOf({ x, y, attrs }: PoolCase): { readonly places: number[]; readonly divisor: number }[] {
  const three = (values: readonly number[], neutral: number): number[] => [
    ...Array.from({ length: 3 - values.length }, () => neutral),
    ...values,
  ];
  const [input, output, kernel, strides] = [x.slice(2), y.slice(2), attrs.kernel, attrs.strides].map((v) =>
    three(v, 1),
  );
  const [begin, end] = [attrs.padBegin, attrs.padEnd].map((values) => three(values, 0));
  const plane = sizeOf(input!);
  const windows: { places: number[]; divisor: number }[] = [];
  for (let channel = 0; channel < x[0]! * x[1]!; channel++) {
    for (let o = 0; o < sizeOf(output!); o++) {
      const at = [
        Math.floor(o / (output![1]! * output![2]!)),
        Math.floor(o / output![2]!) % output![1]!,
        o % output![2]!,
      ];
      const start = at.map((position, axis) => position * strides![axis]! - begin![axis]!);
      const places: number[] = [];
      let padded = 1;
      for (let axis = 0; axis < 3; axis++) {
        padded *= Math.min(start[axis]! + kernel![axis]!, input![axis]! + end![axis]!) - start[axis]!;
      }
      for (let k = 0; k < sizeOf(kernel!); k++) {
        const tap = [
          Math.floor(k / (kernel![1]! * kernel![2]!)),
          Math.floor(k / kernel![2]!) % kernel![1]!,
          k % kernel![2]!,
        ];
        const place = tap.map((offset, axis) => start[axis]! + offset);
        if (!place.every((position, axis) => position >= 0 && position < input![axis]!)) continue;
        places.push(channel * plane + (place[0]! * input![1]! + place[1]!) * input![2]! + place[2]!);
      }
      windows.push({ places, divisor: attrs.countIncludePad ? padded : Math.max(places.length, 1) });
    }
  }
  return windows;
}

describe.each(["max", "avg"] as const)("%s pooling on the native engine", (kind) => {
  it(`agrees with float64 over ${CASES} random configurations, forward and gradient`, async ({ annotate }) => {
    const forward = new WorstError();
    const backward = new WorstError();
    const differing: string[] = [];
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase(`${kind} pool`, index);
      const test = randomPool(random, kind);
      const label = JSON.stringify(test);
      // Few different values, so that windows have several maxima.
      const isCoarse = random.chance(0.3);
      const data = random.floats(sizeOf(test.x)).map((value) => (isCoarse ? Math.round(value * 2) : value));
      const x: Values = { shape: test.x, data };
      const dy: Values = { shape: test.y, data: random.floats(sizeOf(test.y)) };
      const y = runNativeSingle(POOL, { x }, test.attrs);
      const dx = runNativeSingle(POOL_GRADIENT, { dy, x }, test.attrs);
      expect({ label, y: y.shape, dx: dx.shape }).toEqual({ label, y: test.y, dx: test.x });
      const exactDx = emptySums(data.length);
      for (const [at, { places, divisor }] of windowsOf(test).entries()) {
        if (kind === "max") {
          const first = places.reduce((best, place) => (best < 0 || data[place]! > data[best]! ? place : best), -1);
          forward.addValue(label, y.data[at]!, first < 0 ? lowestFloat32 : data[first]!, 0, 1);
          if (first >= 0) {
            exactDx.data[first]! += dy.data[at]!;
            exactDx.magnitude[first]! += Math.abs(dy.data[at]!);
            exactDx.terms[first]! += 1;
          }
          continue;
        }
        const sums = emptySums(1);
        for (const place of places) {
          sums.data[0]! += data[place]! / divisor;
          sums.magnitude[0]! += Math.abs(data[place]!) / divisor;
          exactDx.data[place]! += dy.data[at]! / divisor;
          exactDx.magnitude[place]! += Math.abs(dy.data[at]!) / divisor;
          exactDx.terms[place]! += 1;
        }
        sums.terms[0] = places.length;
        // Dividing, or rounding the reciprocal and multiplying, adds two roundings to those of the sum.
        forward.addSums(label, [y.data[at]!], sums, 2);
      }
      backward.addSums(label, dx.data, exactDx, kind === "max" ? 0 : 2);
      if (index % THREADS_EVERY !== 0) continue;
      const threads = [
        ...differingThreads(POOL, { x }, test.attrs),
        ...differingThreads(POOL_GRADIENT, { dy, x }, test.attrs),
      ];
      if (threads.length > 0) differing.push(`${threads.join(", ")} threads: ${label}`);
    }
    await annotate(`${kind} pool, forward: ${forward.text}`);
    await annotate(`${kind} pool, gradient: ${backward.text}`);
    expect(forward).toSatisfy(({ overBound }) => overBound <= 1, forward.where);
    expect(backward).toSatisfy(({ overBound }) => overBound <= 1, backward.where);
    expect(differing).toEqual([]);
  });

  it("has the same bits at any number of threads where work is cut into many chunks", () => {
    const random = new RandomCase("large pool", 0);
    const x: Values = { shape: [8, 24, 33, 31], data: random.floats(8 * 24 * 33 * 31) };
    const dy: Values = { shape: [8, 24, 16, 15], data: random.floats(8 * 24 * 16 * 15) };
    const [kernel, strides, padBegin, padEnd] = [
      [3, 3],
      [2, 2],
      [0, 0],
      [0, 0],
    ];
    const attrs = { kind, kernel, strides, padBegin, padEnd, outputSize: [16, 15], countIncludePad: true };
    expect(differingThreads(POOL, { x }, attrs)).toEqual([]);
    expect(differingThreads(POOL_GRADIENT, { dy, x }, attrs)).toEqual([]);
  });
});

import {
  CONVOLUTION,
  CONVOLUTION_INPUT_GRADIENT,
  CONVOLUTION_WEIGHT_GRADIENT,
  type ConvolutionAttrs,
} from "@camada/tensor";
import { describe, expect, it } from "vitest";
import {
  eachProduct,
  errorOverBound,
  randomDense,
  randomSource,
  sumProducts,
  type Dense,
  type Sum,
} from "./reference.ts";
import { runSingle } from "./run-kernel.ts";

interface Case extends ConvolutionAttrs {
  readonly x: readonly number[];
  readonly weight: readonly number[];
  readonly y: readonly number[];
}

function outputSize(input: number, kernel: number, pad: number, stride: number, dilation: number): number {
  return Math.floor((input + pad - ((kernel - 1) * dilation + 1)) / stride) + 1;
}

/** A random convolution over `axes` spatial axes whose output has at least one element. */
function randomCase(axes: number, random: () => number): Case {
  const pick = (low: number, high: number): number => low + Math.floor(random() * (high - low + 1));
  const groups = pick(1, 3);
  const cIn = groups * pick(1, 3);
  const cOut = groups * pick(1, 6);
  const each = (make: () => number): number[] => Array.from({ length: axes }, make);
  const kernel = each(() => pick(1, 4));
  const strides = each(() => pick(1, 3));
  const padBegin = each(() => pick(0, 3));
  const padEnd = each(() => pick(0, 3));
  const dilations = each(() => pick(1, 3));
  const most = [40, 12, 6][axes - 1]!;
  const input = kernel.map((k, axis) => {
    const least = Math.max(1, (k - 1) * dilations[axis]! + 1 - padBegin[axis]! - padEnd[axis]!);
    return pick(least, Math.max(least, most));
  });
  const output = input.map((size, axis) =>
    outputSize(size, kernel[axis]!, padBegin[axis]! + padEnd[axis]!, strides[axis]!, dilations[axis]!),
  );
  const n = pick(1, 3);
  return {
    x: [n, cIn, ...input],
    weight: [cOut, cIn / groups, ...kernel],
    y: [n, cOut, ...output],
    strides,
    padBegin,
    padEnd,
    dilations,
    groups,
  };
}

function describeCase({ x, weight, y, ...attrs }: Case): string {
  return JSON.stringify({ x, weight, y, ...attrs });
}

/** The label stands in both sides, so that a failure names its geometry. */
function expectWithin(label: string, actual: ReturnType<typeof runSingle>, expected: Sum): void {
  const isWithinBound = errorOverBound(actual.data, expected) <= 1;
  expect({ label, shape: actual.shape, isWithinBound }).toEqual({ label, shape: expected.shape, isWithinBound: true });
}

/** Runs the three kernels. */
function check(test: Case, random: () => number): void {
  const { x: xShape, weight: weightShape, y: yShape, strides, padBegin, padEnd, dilations, groups } = test;
  const attrs = { strides, padBegin, padEnd, dilations, groups };
  const x = randomDense(xShape, random);
  const weight = randomDense(weightShape, random);
  const dy = randomDense(yShape, random);
  const each = (visit: (x: number, weight: number, y: number) => void): void =>
    eachProduct(xShape, weightShape, yShape, attrs, visit);
  const label = describeCase(test);

  const y = sumProducts(yShape, x, weight, (add) => each((i, j, k) => add(i, j, k)));
  const forward = runSingle(CONVOLUTION, { x, weight }, { ...attrs, activation: "linear" });
  expectWithin(`y, ${label}`, forward, y);

  const dx = sumProducts(xShape, dy, weight, (add) => each((i, j, k) => add(k, j, i)));
  const backward = runSingle(
    CONVOLUTION_INPUT_GRADIENT,
    { dy, weight },
    { ...attrs, activation: "linear", inputShape: xShape },
  );
  expectWithin(`dx, ${label}`, backward, dx);

  const dw = sumProducts(weightShape, x, dy, (add) => each((i, j, k) => add(i, k, j)));
  const slope = runSingle(
    CONVOLUTION_WEIGHT_GRADIENT,
    { x, dy },
    { ...attrs, activation: "linear", withBias: false, weightShape },
  );
  expectWithin(`dw, ${label}`, slope, dw);
}

const plain = (axes: number): ConvolutionAttrs => ({
  strides: Array<number>(axes).fill(1),
  padBegin: Array<number>(axes).fill(0),
  padEnd: Array<number>(axes).fill(0),
  dilations: Array<number>(axes).fill(1),
  groups: 1,
});

describe("convolution and its gradients against float64", () => {
  it.each([1, 2, 3])("agree within the bound of rounding over 80 random geometries of %i axes", (axes) => {
    const random = randomSource(1000 + axes);
    for (let repeat = 0; repeat < 80; repeat++) check(randomCase(axes, random), random);
  });

  it("agree for every count of output positions and channels from 1 to 33", () => {
    const random = randomSource(7);
    for (let tail = 1; tail <= 33; tail++) {
      check({ ...plain(1), x: [2, 2, tail + 2], weight: [tail, 2, 3], y: [2, tail, tail] }, random);
      check({ ...plain(2), x: [1, tail, 3, 4], weight: [3, tail, 2, 2], y: [1, 3, 2, 3] }, random);
    }
  });

  it("agree where sums and batches span several blocks", () => {
    const random = randomSource(8);
    // 600 taps and 600 output channels are deeper than a block of 512; 3 x 25 x 25 positions are several blocks.
    check({ ...plain(2), x: [3, 24, 29, 29], weight: [5, 24, 5, 5], y: [3, 5, 25, 25] }, random);
    check({ ...plain(2), x: [1, 2, 5, 6], weight: [600, 2, 2, 2], y: [1, 600, 4, 5] }, random);
    check({ ...plain(2), x: [1, 70, 6, 6], weight: [9, 70, 3, 3], y: [1, 9, 4, 4] }, random);
  });

  it("agree for depthwise convolution", () => {
    const random = randomSource(9);
    check({ ...plain(2), groups: 8, x: [2, 8, 9, 9], weight: [8, 1, 3, 3], y: [2, 8, 7, 7] }, random);
    check({ ...plain(2), groups: 8, x: [2, 8, 9, 9], weight: [16, 1, 3, 3], y: [2, 16, 7, 7] }, random);
  });

  it("agree where windows lie wholly on padding", () => {
    const random = randomSource(10);
    check({ ...plain(1), padBegin: [5], padEnd: [6], x: [1, 1, 2], weight: [2, 1, 2], y: [1, 2, 12] }, random);
  });

  it("have relative errors of float32 on the lesson's third convolution, on a smaller image", () => {
    const random = randomSource(11);
    const x = randomDense([1, 16, 12, 12], random);
    const weight = randomDense([120, 16, 5, 5], random);
    const dy = randomDense([1, 120, 8, 8], random);
    const each = (visit: (i: number, j: number, k: number) => void): void =>
      eachProduct(x.shape, weight.shape, dy.shape, plain(2), visit);
    const worst = (actual: Float32Array, expected: Dense): number => {
      const largest = expected.data.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
      return actual.reduce((top, value, i) => Math.max(top, Math.abs(value - expected.data[i]!)), 0) / largest;
    };
    const y = sumProducts(dy.shape, x, weight, (add) => each((i, j, k) => add(i, j, k)));
    const dx = sumProducts(x.shape, dy, weight, (add) => each((i, j, k) => add(k, j, i)));
    const dw = sumProducts(weight.shape, x, dy, (add) => each((i, j, k) => add(i, k, j)));
    const inputShape = x.shape;
    const weightShape = weight.shape;
    // A random walk of 3000 roundings of partial sums, each at most 2^-24 of the largest: sqrt(3000) 2^-24 = 3.3e-6.
    const forward = runSingle(CONVOLUTION, { x, weight }, { ...plain(2), activation: "linear" });
    expect(worst(forward.data, y)).toBeLessThan(1e-6);
    const backward = runSingle(
      CONVOLUTION_INPUT_GRADIENT,
      { dy, weight },
      { ...plain(2), activation: "linear", inputShape },
    );
    expect(worst(backward.data, dx)).toBeLessThan(2e-6);
    const slope = runSingle(
      CONVOLUTION_WEIGHT_GRADIENT,
      { x, dy },
      { ...plain(2), activation: "linear", withBias: false, weightShape },
    );
    expect(worst(slope.data, dw)).toBeLessThan(1e-6);
  });

  it("give the same bits every time", () => {
    const random = randomSource(12);
    const x = randomDense([3, 5, 17, 13], random);
    const weight = randomDense([7, 5, 3, 3], random);
    const attrs = { ...plain(2), activation: "tanh" };
    const first = runSingle(CONVOLUTION, { x, weight }, attrs).data;
    expect(runSingle(CONVOLUTION, { x, weight }, attrs).data).toEqual(first);
  });
});

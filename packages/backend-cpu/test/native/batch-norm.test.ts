import { BATCH_NORM, BATCH_NORM_GRADIENT, NORMALIZE } from "@camada/tensor";
import {
  type BatchNormCase,
  type BatchNormKernels,
  CASES,
  checkBatchNorm,
  noBatchNormErrors,
  RandomCase,
  sizeOf,
  UNIT,
} from "@camada/test-kit";
import { describe, expect, it } from "vitest";
import { differingThreads, runNative, type Values } from "./native-run.ts";

/** Few elements most of the time; now and then more than are added up in one piece, or shared out. */
function shapeOf(random: RandomCase): { readonly shape: number[]; readonly axis: number } {
  const kind = random.uniform();
  if (kind < 0.02) return { shape: [2, random.between(1, 3), random.between(4000, 9000)], axis: 1 };
  if (kind < 0.04) return { shape: [random.between(2040, 5000), random.between(1, 20)], axis: 1 };
  const shape = Array.from({ length: random.between(1, 4) }, () => random.extent(17));
  return { shape, axis: random.between(0, shape.length - 1) };
}

function randomBatch(index: number): BatchNormCase {
  const random = new RandomCase("batch norm", index);
  const { shape, axis } = shapeOf(random);
  const [offset, scale] = [random.oneOf([0, 0, 1, -300, 2e4]), random.oneOf([0.01, 1, 30])];
  const data = random.floats(sizeOf(shape), scale).map((value) => value + offset);
  const vector = () => ({ shape: [shape[axis]!], data: random.floats(shape[axis]!, 2) });
  return {
    label: JSON.stringify({ shape, axis, offset, scale }),
    axis,
    x: { shape, data },
    dy: { shape, data: random.floats(sizeOf(shape)) },
    gamma: vector(),
    beta: vector(),
  };
}

const EPSILON = 1e-5;

const KERNELS: BatchNormKernels = {
  batchNorm: BATCH_NORM,
  normalize: NORMALIZE,
  gradient: BATCH_NORM_GRADIENT,
  run: runNative,
};

describe("batch normalization on the native engine", () => {
  it(`agrees with float64 over ${CASES} random batches, forward and gradients`, async ({ annotate }) => {
    const worst = noBatchNormErrors();
    const differing: string[] = [];
    for (let index = 0; index < CASES; index++) {
      const batch = randomBatch(index);
      checkBatchNorm(KERNELS, batch, EPSILON, worst);
      if (index % 10 !== 0) continue;
      const { label, axis, x, dy, gamma, beta } = batch;
      const attrs = { axis, epsilon: EPSILON };
      const [, mean, variance] = runNative(BATCH_NORM, { x, gamma, beta }, attrs);
      const threads = [
        ...differingThreads(BATCH_NORM, { x, gamma, beta }, attrs),
        ...differingThreads(BATCH_NORM_GRADIENT, { dy, x, mean, variance, gamma }, { ...attrs, isOfBatch: true }),
      ];
      if (threads.length > 0) differing.push(`${threads.join(", ")} threads: ${label}`);
    }
    for (const [name, { text }] of Object.entries(worst)) await annotate(`${name}: ${text}`);
    for (const [name, error] of Object.entries(worst)) {
      expect(error).toSatisfy(({ overBound }) => overBound <= 1, `${name}, ${error.where}: ${error.text}`);
    }
    expect(differing).toEqual([]);
  });

  it.each([
    ["constant channels", [3, 3, 3, 3, 3, 3], 3, 0],
    ["a far first element", [1e6, 1, 2, 3, 4, 5, 6, 7], 125003.5, 0.875 * 0.125 * 999996 ** 2 + 3.5],
  ] as const)("has the statistics of %s", (_what, values, mean, variance) => {
    const x: Values = { shape: [values.length, 1], data: Float32Array.from(values) };
    const one: Values = { shape: [1], data: Float32Array.of(1) };
    const [, ownMean, ownVariance] = runNative(BATCH_NORM, { x, gamma: one, beta: one }, { axis: 1, epsilon: 0 });
    expect(ownMean!.data[0]).toBe(Math.fround(mean));
    expect(Math.abs(ownVariance!.data[0]! - variance)).toBeLessThanOrEqual(variance * 8 * UNIT);
  });

  it("has no mean without elements", () => {
    const x: Values = { shape: [0, 2], data: new Float32Array(0) };
    const two: Values = { shape: [2], data: Float32Array.of(1, 1) };
    const attrs = { axis: 1, epsilon: EPSILON };
    const [y, mean, variance] = runNative(BATCH_NORM, { x, gamma: two, beta: two }, attrs);
    expect([y!.data, mean!.data, variance!.data].map((data) => [...data])).toEqual([[], [NaN, NaN], [NaN, NaN]]);
    const given = { dy: x, x, mean: two, variance: two, gamma: two };
    const [, dGamma, dBeta] = runNative(BATCH_NORM_GRADIENT, given, { ...attrs, isOfBatch: true });
    expect([...dGamma!.data, ...dBeta!.data]).toEqual([0, 0, 0, 0]);
  });
});

import { describe, expect, it } from "vitest";
import { checkBatchNorm, noBatchNormErrors, type BatchNormCase, type BatchNormKernels } from "../batch-norm-check.ts";
import { RandomCase, sizeOf } from "../random-case.ts";
import { UNIT } from "../worst-error.ts";
import type { KernelEngine, KernelValues } from "./kernel-engine.ts";

const EPSILON = 1e-5;

/** Few elements most of the time; now and then so many that several threads or blocks share a channel. */
function randomBatch(index: number): BatchNormCase {
  const random = new RandomCase("batch norm", index);
  const few = Array.from({ length: random.between(1, 4) }, () => random.extent(17));
  const shape = random.chance(0.06)
    ? random.oneOf([
        [2, random.between(1, 3), random.between(4000, 9000)],
        [random.between(9000, 12_000), random.between(1, 3)],
        [random.between(2040, 5000), random.between(1, 20)],
      ])
    : few;
  const axis = shape === few ? random.between(0, shape.length - 1) : 1;
  const [offset, scale] = [random.oneOf([0, 0, 1, -300, 2e4]), random.oneOf([0.01, 1, 30])];
  // A drift sets the pieces of a channel apart, whose means are merged.
  const drift = random.oneOf([0, 3 * scale]) / sizeOf(shape);
  const data = random.floats(sizeOf(shape), scale).map((value, i) => value + offset + drift * i);
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

/** Batch normalization, forward and gradients, must agree with float64. */
export function describeBatchNorm(engine: KernelEngine, names: Omit<BatchNormKernels, "run">): void {
  const { name: engineName, cases } = engine;
  const kernels: BatchNormKernels = { ...names, run: engine.run };

  describe(`batch normalization on ${engineName}`, () => {
    it(`agrees with float64 over ${cases} random batches, forward and gradients`, async ({ annotate }) => {
      const worst = noBatchNormErrors();
      for (let index = 0; index < cases; index++) checkBatchNorm(kernels, randomBatch(index), EPSILON, worst);
      for (const [name, { text }] of Object.entries(worst)) await annotate(`${name}: ${text}`);
      for (const [name, error] of Object.entries(worst)) {
        expect(error).toSatisfy(({ overBound }) => overBound <= 1, `${name}, ${error.where}: ${error.text}`);
      }
    });

    it.each([
      ["constant channels", [3, 3, 3, 3, 3, 3], 3, 0],
      ["a far first element", [1e6, 1, 2, 3, 4, 5, 6, 7], 125003.5, 0.875 * 0.125 * 999996 ** 2 + 3.5],
    ] as const)("has the statistics of %s", (_what, values, mean, variance) => {
      const x: KernelValues = { shape: [values.length, 1], data: Float32Array.from(values) };
      const one: KernelValues = { shape: [1], data: Float32Array.of(1) };
      const attrs = { axis: 1, epsilon: 0 };
      const [, ownMean, ownVariance] = engine.run(names.batchNorm, { x, gamma: one, beta: one }, attrs);
      expect(ownMean!.data[0]).toBe(Math.fround(mean));
      expect(Math.abs(ownVariance!.data[0]! - variance)).toBeLessThanOrEqual(variance * 8 * UNIT);
    });

    it("has no mean without elements", () => {
      const x: KernelValues = { shape: [0, 2], data: new Float32Array(0) };
      const two: KernelValues = { shape: [2], data: Float32Array.of(1, 1) };
      const attrs = { axis: 1, epsilon: EPSILON };
      const [y, mean, variance] = engine.run(names.batchNorm, { x, gamma: two, beta: two }, attrs);
      expect([y!.data, mean!.data, variance!.data].map((data) => [...data])).toEqual([[], [NaN, NaN], [NaN, NaN]]);
      const given = { dy: x, x, mean: two, variance: two, gamma: two };
      const [, dGamma, dBeta] = engine.run(names.gradient, given, { ...attrs, isOfBatch: true });
      expect([...dGamma!.data, ...dBeta!.data]).toEqual([0, 0, 0, 0]);
    });
  });
}

import {
  ACTIVATION_GRADIENT,
  SOFTMAX_CROSS_ENTROPY,
  SOFTMAX_CROSS_ENTROPY_GRADIENT,
  type Activation,
} from "@camada/tensor";
import { activatedValues, ACTIVATION_NAMES, RandomCase, SLOPES, UNIT, WorstError } from "@camada/test-kit";
import { describe, expect, it } from "vitest";
import { CASES } from "./cases.ts";
import { runKernel, runSingle, type Values } from "./run-kernel.ts";

/** Softmax of one row in float64, with what bounds float32's errors. */
function softmaxOf(row: ArrayLike<number>) {
  const values = Float64Array.from(row);
  const largest = values.reduce((best, value) => Math.max(best, value), -Infinity);
  const powers = values.map((value) => Math.exp(value - largest));
  const sum = powers.reduce((total, value) => total + value, 0);
  // Largest distance of an entry from the largest one: its difference is rounded to half a unit of that.
  const range = values.reduce((most, value) => Math.max(most, largest - value), 0);
  return { probabilities: powers.map((value) => value / sum), logSum: Math.log(sum), largest, range };
}

/**
 * Relative error of a probability: the rounded difference within the exponent, an exponential within 2.5 units in the last
 * place (5 u) on either side of the quotient, a sum of `n` terms, the quotient. Entries far below the largest count little
 * in the sum: their errors are weighted by x exp(-x), at most 1/e.
 */
function relativeBound(difference: number, range: number, n: number): number {
  return UNIT * (Math.abs(difference) + Math.min(range, 1) + n + 12);
}

/** Rows of a warp most of the time, now and then of a block. */
function randomLogits(index: number) {
  const random = new RandomCase("softmax", index);
  const n = random.between(1, 20);
  const classes = index % 10 === 9 ? random.between(1000, 1500) : random.extent(random.oneOf([10, 33, 300]));
  const scale = random.oneOf([0.1, 1, 10, 100]);
  const floats = random.floats(n * classes, scale);
  // Rounded, several scores are the largest.
  return { random, n, classes, scale, data: random.chance(0.3) ? floats.map(Math.round) : floats };
}

describe("softmax on the device", () => {
  it(`agrees with float64 over ${CASES} random batches, with cross-entropy`, async ({ annotate }) => {
    const worst = {
      softmax: new WorstError(),
      logarithm: new WorstError(),
      loss: new WorstError(),
      gradient: new WorstError(),
    };
    for (let index = 0; index < CASES; index++) {
      const { random, n, classes, scale, data } = randomLogits(index);
      const label = JSON.stringify({ n, classes, scale });
      const logits: Values = { shape: [n, classes], data };
      // Some are no classes: the nearest ones count.
      const labels: Values = { shape: [n], data: random.ints(n, -2, classes + 1) };
      const dLoss: Values = { shape: [n], data: random.floats(n) };
      const soft = runSingle("Softmax", { logits }, { dim: 1 });
      const logarithm = runSingle("LogSoftmax", { logits }, { axis: 1 });
      const [losses, probabilities] = runKernel(SOFTMAX_CROSS_ENTROPY, { logits, labels });
      const dLogits = runSingle(SOFTMAX_CROSS_ENTROPY_GRADIENT, { dLoss, labels, probabilities });
      for (let i = 0; i < n; i++) {
        const row = softmaxOf(data.subarray(i * classes, (i + 1) * classes));
        const hot = Math.min(Math.max(labels.data[i]!, 0), classes - 1);
        for (let j = 0; j < classes; j++) {
          const at = i * classes + j;
          const difference = data[at]! - row.largest;
          const exact = row.probabilities[j]!;
          const bound = relativeBound(difference, row.range, classes) * exact + 2 ** -126;
          worst.softmax.addValue(label, soft.data[at]!, exact, bound, Math.max(exact, 2 ** -100));
          worst.softmax.addValue(label, probabilities!.data[at]!, exact, bound, Math.max(exact, 2 ** -100));
          const exactLogarithm = difference - row.logSum;
          const logBound = UNIT * (3 * Math.abs(difference) + 4 * row.logSum + classes + 12);
          worst.logarithm.addValue(label, logarithm.data[at]!, exactLogarithm, logBound, Math.abs(exactLogarithm) + 1);
          // Of the probabilities as they are: the difference and the product round once each.
          const exactGradient = (probabilities!.data[at]! - Number(hot === j)) * dLoss.data[i]!;
          const size = Math.abs(exactGradient);
          const gradientBound = 2.001 * UNIT * size + 2 ** -126;
          worst.gradient.addValue(label, dLogits.data[at]!, exactGradient, gradientBound, Math.max(size, 2 ** -100));
        }
        const difference = data[i * classes + hot]! - row.largest;
        const exactLoss = row.logSum - difference;
        const lossBound = UNIT * (2 * Math.abs(difference) + 4 * row.logSum + classes + 12);
        worst.loss.addValue(label, losses!.data[i]!, exactLoss, lossBound, exactLoss + 1);
      }
    }
    for (const [kernel, error] of Object.entries(worst)) await annotate(`${kernel}: ${error.text}`);
    for (const [kernel, error] of Object.entries(worst)) {
      expect(error).toSatisfy(({ overBound }) => overBound <= 1, `${kernel}, ${error.where}: ${error.text}`);
    }
  });

  it("keeps the digits of a loss that is almost none", () => {
    const logits: Values = { shape: [2, 3], data: Float32Array.of(30, 10, 9, 30, 10, 9) };
    const labels: Values = { shape: [2], data: Int32Array.of(0, 1) };
    const [loss] = runKernel(SOFTMAX_CROSS_ENTROPY, { logits, labels });
    const others = Math.exp(-20) + Math.exp(-21);
    expect(Math.abs(loss!.data[0]! - Math.log1p(others))).toBeLessThan(others * 16 * UNIT);
    expect(loss!.data[1]).toBe(20);
  });

  it.each([
    ["NaN", [1, NaN, 2]],
    ["an infinite score", [1, Infinity, 2]],
    ["two infinite scores", [Infinity, Infinity, 2]],
    ["no score at all", [-Infinity, -Infinity, -Infinity]],
  ])("shows %s as NaN in the probabilities and the loss", (_, row) => {
    const logits: Values = { shape: [1, 3], data: Float32Array.from(row) };
    const labels: Values = { shape: [1], data: Int32Array.of(0) };
    const [loss, probabilities] = runKernel(SOFTMAX_CROSS_ENTROPY, { logits, labels });
    expect([...loss!.data]).toEqual([NaN]);
    expect([...probabilities!.data].every(Number.isNaN)).toBe(true);
  });

  it("does nothing for no rows", () => {
    const logits: Values = { shape: [0, 3], data: new Float32Array(0) };
    expect(runSingle("Softmax", { logits }, { dim: 1 })).toMatchObject({ shape: [0, 3] });
    const labels: Values = { shape: [0], data: new Int32Array(0) };
    expect(runKernel(SOFTMAX_CROSS_ENTROPY, { logits, labels }).map(({ shape }) => shape)).toEqual([[0], [0, 3]]);
  });
});

describe("gradient of an activation on the device", () => {
  it.each(ACTIVATION_NAMES)(`agrees with float64 for %s over ${CASES} random tensors`, (activation: Activation) => {
    const worst = new WorstError();
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase(`gradient of ${activation}`, index);
      const count = index < 10 ? index + 1 : random.extent(2000);
      const dy: Values = { shape: [count], data: random.floats(count) };
      const y: Values = { shape: [count], data: activatedValues(random, activation, count) };
      const dz = runSingle(ACTIVATION_GRADIENT, { dy, y }, { activation });
      for (let i = 0; i < count; i++) {
        const exact = dy.data[i]! * SLOPES[activation](y.data[i]!);
        const size = Math.abs(dy.data[i]!);
        // As within convolutions: six roundings relative to dy.
        worst.addValue(`${count} elements`, dz.data[i]!, exact, 6 * UNIT * size, size);
      }
    }
    expect(worst).toSatisfy(({ overBound }) => overBound <= 1, `${worst.where}: ${worst.text}`);
  });
});

import { describe, expect, it } from "vitest";
import { RandomCase } from "../random-case.ts";
import { UNIT, WorstError } from "../worst-error.ts";
import { runSingle, type KernelEngine, type KernelValues } from "./kernel-engine.ts";

/** Names of the two kernels that are not tfjs's, and how exact the engine's exponential is. */
export interface SoftmaxKernels {
  readonly crossEntropy: string;
  readonly gradient: string;
  /** Largest error of the exponential, in units in the last place. */
  readonly exponentialUlps: number;
}

/** Softmax of one row in float64. */
function softmaxOf(row: ArrayLike<number>) {
  const values = Float64Array.from(row);
  const largest = values.reduce((best, value) => Math.max(best, value), -Infinity);
  const powers = values.map((value) => Math.exp(value - largest));
  const sum = powers.reduce((total, value) => total + value, 0);
  // Largest distance of an entry from the largest one: its difference is rounded to half a unit of that.
  const range = values.reduce((most, value) => Math.max(most, largest - value), 0);
  return { probabilities: powers.map((value) => value / sum), logSum: Math.log(sum), largest, range };
}

/** Now and then rows of more than a thousand, and rows of which several scores are the largest. */
function randomLogits(index: number) {
  const random = new RandomCase("softmax", index);
  const n = random.between(1, 20);
  const classes = index % 10 === 9 ? random.between(1000, 1500) : random.extent(random.oneOf([10, 33, 300]));
  const scale = random.oneOf([0.1, 1, 10, 100]);
  const floats = random.floats(n * classes, scale);
  return { random, n, classes, scale, data: random.chance(0.3) ? floats.map(Math.round) : floats };
}

/** Softmax, its logarithm, cross-entropy and the gradient must agree with float64. */
export function describeSoftmax(engine: KernelEngine, kernels: SoftmaxKernels): void {
  const { name: engineName, cases } = engine;
  // Roundings of a probability, in units of a half: those of the exponential on either side of the quotient, and four.
  const roundings = 4 * kernels.exponentialUlps + 4;

  describe(`softmax on ${engineName}`, () => {
    it(`agrees with float64 over ${cases} random batches, with cross-entropy`, async ({ annotate }) => {
      const worst = {
        softmax: new WorstError(),
        logarithm: new WorstError(),
        loss: new WorstError(),
        gradient: new WorstError(),
      };
      for (let index = 0; index < cases; index++) {
        const { random, n, classes, scale, data } = randomLogits(index);
        const label = JSON.stringify({ n, classes, scale });
        const logits: KernelValues = { shape: [n, classes], data };
        // Some are no classes: the nearest ones count.
        const labels: KernelValues = { shape: [n], data: random.ints(n, -2, classes + 1) };
        const dLoss: KernelValues = { shape: [n], data: random.floats(n) };
        const soft = runSingle(engine, "Softmax", { logits }, { dim: 1 });
        const logarithm = runSingle(engine, "LogSoftmax", { logits }, { axis: 1 });
        const [losses, probabilities] = engine.run(kernels.crossEntropy, { logits, labels });
        const dLogits = runSingle(engine, kernels.gradient, { dLoss, labels, probabilities });
        for (let i = 0; i < n; i++) {
          const row = softmaxOf(data.subarray(i * classes, (i + 1) * classes));
          const hot = Math.min(Math.max(labels.data[i]!, 0), classes - 1);
          const common = classes + roundings;
          for (let j = 0; j < classes; j++) {
            const at = i * classes + j;
            const difference = data[at]! - row.largest;
            const exact = row.probabilities[j]!;
            // The difference within the exponent is rounded, and a sum of as many terms as classes divides. Entries far
            // below the largest count little in the sum: their errors are weighted by x exp(-x), at most 1/e.
            const relative = UNIT * (Math.abs(difference) + Math.min(row.range, 1) + common);
            const bound = relative * exact + 2 ** -126;
            worst.softmax.addValue(label, soft.data[at]!, exact, bound, Math.max(exact, 2 ** -100));
            worst.softmax.addValue(label, probabilities!.data[at]!, exact, bound, Math.max(exact, 2 ** -100));
            const exactLogarithm = difference - row.logSum;
            const logBound = UNIT * (3 * Math.abs(difference) + 4 * row.logSum + common);
            worst.logarithm.addValue(
              label,
              logarithm.data[at]!,
              exactLogarithm,
              logBound,
              Math.abs(exactLogarithm) + 1,
            );
            // Of the probabilities as they are: the difference and the product round once each.
            const exactGradient = (probabilities!.data[at]! - Number(hot === j)) * dLoss.data[i]!;
            const size = Math.abs(exactGradient);
            const gradientBound = 2.001 * UNIT * size + 2 ** -126;
            worst.gradient.addValue(label, dLogits.data[at]!, exactGradient, gradientBound, Math.max(size, 2 ** -100));
          }
          const difference = data[i * classes + hot]! - row.largest;
          const exactLoss = row.logSum - difference;
          const lossBound = UNIT * (2 * Math.abs(difference) + 4 * row.logSum + common);
          worst.loss.addValue(label, losses!.data[i]!, exactLoss, lossBound, exactLoss + 1);
        }
      }
      for (const [kernel, error] of Object.entries(worst)) await annotate(`${kernel}: ${error.text}`);
      for (const [kernel, error] of Object.entries(worst)) {
        expect(error).toSatisfy(({ overBound }) => overBound <= 1, `${kernel}, ${error.where}: ${error.text}`);
      }
    });

    it("keeps the digits of a loss that is almost none", () => {
      const logits: KernelValues = { shape: [2, 3], data: Float32Array.of(30, 10, 9, 30, 10, 9) };
      const labels: KernelValues = { shape: [2], data: Int32Array.of(0, 1) };
      const [loss] = engine.run(kernels.crossEntropy, { logits, labels });
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
      const logits: KernelValues = { shape: [1, 3], data: Float32Array.from(row) };
      const labels: KernelValues = { shape: [1], data: Int32Array.of(0) };
      const [loss, probabilities] = engine.run(kernels.crossEntropy, { logits, labels });
      expect([...loss!.data]).toEqual([NaN]);
      expect([...probabilities!.data].every(Number.isNaN)).toBe(true);
    });

    it("does nothing for no rows", () => {
      const logits: KernelValues = { shape: [0, 3], data: new Float32Array(0) };
      expect(runSingle(engine, "Softmax", { logits }, { dim: 1 })).toMatchObject({ shape: [0, 3] });
      const labels: KernelValues = { shape: [0], data: new Int32Array(0) };
      const shapes = engine.run(kernels.crossEntropy, { logits, labels }).map(({ shape }) => shape);
      expect(shapes).toEqual([[0], [0, 3]]);
    });
  });
}

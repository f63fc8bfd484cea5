import {
  ACTIVATION_GRADIENT,
  SOFTMAX_CROSS_ENTROPY,
  SOFTMAX_CROSS_ENTROPY_GRADIENT,
  type Activation,
} from "@camada/tensor";
import { activatedValues, ACTIVATION_NAMES, CASES, RandomCase, SLOPES, UNIT, WorstError } from "@camada/test-kit";
import { describe, expect, it } from "vitest";
import { differingThreads, runNative, runNativeSingle, type Values } from "./native-run.ts";

/** Softmax of one row in float64, with what bounds float32's errors. */
interface Row {
  readonly probabilities: Float64Array;
  readonly logSum: number;
  readonly largest: number;
  /** Largest distance of an entry from the largest one: its difference is rounded to half a unit of that. */
  readonly range: number;
}

function softmaxOf(row: ArrayLike<number>): Row {
  const values = Float64Array.from(row);
  const largest = values.reduce((best, value) => Math.max(best, value), -Infinity);
  const powers = values.map((value) => Math.exp(value - largest));
  const sum = powers.reduce((total, value) => total + value, 0);
  const range = values.reduce((most, value) => Math.max(most, largest - value), 0);
  return { probabilities: powers.map((value) => value / sum), logSum: Math.log(sum), largest, range };
}

/**
 * Relative error of one probability: the rounded difference within the exponent, an exponential within 1 unit in the last
 * place (2 u) on either side of the quotient, a sum of `n` terms, the quotient.
 */
function relativeBound(difference: number, { range }: Row, n: number): number {
  // Entries far below the largest count little in the sum: their errors are weighted by x exp(-x), at most 1/e.
  return UNIT * (Math.abs(difference) + Math.min(range, 1) + n + 8);
}

describe("softmax on the native engine", () => {
  it(`agrees with float64 over ${CASES} random batches, with cross-entropy`, async ({ annotate }) => {
    const [plain, loss, gradient] = Array.from({ length: 3 }, () => new WorstError());
    const differing: string[] = [];
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase("softmax", index);
      const [n, classes] = [random.between(1, 6), random.extent(random.oneOf([10, 33, 300]))];
      const scale = random.oneOf([0.1, 1, 10, 100]);
      const label = JSON.stringify({ n, classes, scale });
      const logits: Values = { shape: [n, classes], data: random.floats(n * classes, scale) };
      const labels: Values = { shape: [n], data: random.ints(n, 0, classes - 1) };
      const dLoss: Values = { shape: [n], data: random.floats(n) };
      const soft = runNativeSingle("Softmax", { logits }, { dim: 1 });
      const [losses, probabilities] = runNative(SOFTMAX_CROSS_ENTROPY, { logits, labels });
      const dLogits = runNativeSingle(SOFTMAX_CROSS_ENTROPY_GRADIENT, { dLoss, labels, probabilities });
      for (let i = 0; i < n; i++) {
        const row = softmaxOf(logits.data.subarray(i * classes, (i + 1) * classes));
        for (let j = 0; j < classes; j++) {
          const at = i * classes + j;
          const difference = logits.data[at]! - row.largest;
          const exact = row.probabilities[j]!;
          const bound = relativeBound(difference, row, classes) * exact + 2 ** -126;
          plain!.addValue(label, soft.data[at]!, exact, bound, Math.max(exact, 2 ** -100));
          plain!.addValue(label, probabilities!.data[at]!, exact, bound, Math.max(exact, 2 ** -100));
          const hot = Number(labels.data[i] === j);
          // Of the probabilities as they are: the difference and the product round once each.
          const given = probabilities!.data[at]!;
          const exactGradient = (given - hot) * dLoss.data[i]!;
          const size = Math.abs(exactGradient);
          gradient!.addValue(
            label,
            dLogits.data[at]!,
            exactGradient,
            2.001 * UNIT * size + 2 ** -126,
            Math.max(size, 2 ** -100),
          );
        }
        const difference = logits.data[i * classes + labels.data[i]!]! - row.largest;
        const exactLoss = row.logSum - difference;
        const lossBound = UNIT * (2 * Math.abs(difference) + 4 * row.logSum + classes + 8);
        loss!.addValue(label, losses!.data[i]!, exactLoss, lossBound, exactLoss + 1);
      }
      if (index % 10 !== 0) continue;
      const threads = differingThreads(SOFTMAX_CROSS_ENTROPY, { logits, labels });
      if (threads.length > 0) differing.push(`${threads.join(", ")} threads: ${label}`);
    }
    const all = Object.entries({ softmax: plain!, loss: loss!, gradient: gradient! });
    for (const [kernel, worst] of all) await annotate(`${kernel}: ${worst.text}`);
    for (const [kernel, worst] of all) {
      expect(worst).toSatisfy(({ overBound }) => overBound <= 1, `${kernel}, ${worst.where}: ${worst.text}`);
    }
    expect(differing).toEqual([]);
  });

  it("has the same bits at any number of threads over a large batch", () => {
    const random = new RandomCase("large softmax", 0);
    const logits: Values = { shape: [700, 123], data: random.floats(700 * 123, 5) };
    const labels: Values = { shape: [700], data: random.ints(700, 0, 122) };
    expect(differingThreads("Softmax", { logits }, { dim: 1 })).toEqual([]);
    expect(differingThreads(SOFTMAX_CROSS_ENTROPY, { logits, labels })).toEqual([]);
  });
});

describe("gradient of an activation on the native engine", () => {
  it.each(ACTIVATION_NAMES)(`agrees with float64 for %s over ${CASES} random tensors`, (activation: Activation) => {
    const worst = new WorstError();
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase(`gradient of ${activation}`, index);
      const count = index < 70 ? index + 1 : random.extent(70);
      const dy: Values = { shape: [count], data: random.floats(count) };
      const y: Values = { shape: [count], data: activatedValues(random, activation, count) };
      const dz = runNativeSingle(ACTIVATION_GRADIENT, { dy, y }, { activation });
      for (let i = 0; i < count; i++) {
        const exact = dy.data[i]! * SLOPES[activation](y.data[i]!);
        // As within convolutions: six roundings relative to dy.
        worst.addValue(
          `${count} elements`,
          dz.data[i]!,
          exact,
          6 * UNIT * Math.abs(dy.data[i]!),
          Math.abs(dy.data[i]!),
        );
      }
    }
    expect(worst).toSatisfy(({ overBound }) => overBound <= 1, `${worst.where}: ${worst.text}`);
  });
});

import { DENSE, DENSE_INPUT_GRADIENT, DENSE_WEIGHT_GRADIENT } from "@camada/tensor";
import {
  ACTIVATIONS,
  activatedValues,
  emptySums,
  RandomCase,
  sizeOf,
  SLOPES,
  UNIT,
  WorstError,
  type Sums,
} from "@camada/test-kit";
import type { KernelValues } from "@camada/test-kit/kernel-suites";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { GROUP_CASES, PARTS, PLAN_CASES, withPlan } from "./product-plans.ts";
import { CASES, runKernel, runOnly } from "./run-kernel.ts";

/** As in the checks of convolutions. */
const ACTIVATION_ROUNDINGS = 4;
const SLOPE_ROUNDINGS = 6;

type Extents = readonly [m: number, k: number, n: number];

/** `a b` of one matrix, each factor read at its own place. */
function product(
  [m, k, n]: Extents,
  a: (row: number, inner: number) => number,
  b: (inner: number, column: number) => number,
  magnitudeOfA = a,
): Sums {
  const sums = emptySums(m * n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      for (let l = 0; l < k; l++) {
        const factor = b(l, j);
        sums.data[i * n + j]! += a(i, l) * factor;
        sums.magnitude[i * n + j]! += Math.abs(magnitudeOfA(i, l) * factor);
      }
    }
  }
  sums.terms.fill(k);
  return sums;
}

/** Extents of rows, what is summed over, and columns; now and then many of one of them. */
function extents(random: RandomCase): Extents {
  if (random.chance(0.1)) return [random.between(1, 3), random.between(300, 2000), random.between(1, 3)];
  if (random.chance(0.1)) return [random.between(1, 300), random.extent(20), random.between(1, 3)];
  if (random.chance(0.1)) return [random.between(1, 3), random.extent(20), random.between(1, 300)];
  return [random.extent(), random.extent(random.oneOf([7, 33, 70])), random.extent(random.oneOf([7, 33]))];
}

/** Axes of a batch, and those of a factor that repeats along some of them. */
function batches(random: RandomCase): { readonly batch: number[]; readonly a: number[]; readonly b: number[] } {
  const batch = Array.from({ length: random.oneOf([0, 0, 1, 1, 2, 4]) }, () => random.between(1, 3));
  const part = (): number[] => {
    const own = batch.map((extent) => (random.chance(0.3) ? 1 : extent));
    return own.slice(random.oneOf([0, 0, 0, random.between(0, own.length)]));
  };
  const [a, b] = [random.chance(0.5) ? batch : part(), random.chance(0.5) ? batch : part()];
  return { batch: tf.backend_util.assertAndGetBroadcastShape(a, b), a, b };
}

/** Which of a factor's own matrices belongs to a member of the batch. */
function placeOf(member: number, batch: readonly number[], own: readonly number[]): number {
  let place = 0;
  let size = 1;
  for (let axis = batch.length - 1; axis >= 0; axis--) {
    const extent = own[axis - batch.length + own.length] ?? 1;
    place += (extent === 1 ? 0 : member % batch[axis]!) * size;
    size *= extent;
    member = Math.floor(member / batch[axis]!);
  }
  return place;
}

const FUSED: Readonly<Record<string, (x: number) => number>> = {
  linear: (x) => x,
  relu: ACTIVATIONS.relu,
  sigmoid: ACTIVATIONS.sigmoid,
  relu6: (x) => Math.min(Math.max(x, 0), 6),
  elu: (x) => (x >= 0 ? x : Math.expm1(x)),
  leakyrelu: (x) => (x >= 0 ? x : 0.25 * x),
};

const CASES_OF_MATRICES = [...PLAN_CASES, ...GROUP_CASES];

describe.each(CASES_OF_MATRICES)("matrix product in $name", (plan) => {
  const { round = (values: Float32Array) => values, roundings = (terms: number) => terms } = plan.sums;

  it(`agrees with float64 over ${CASES} random configurations`, async ({ annotate }) => {
    const worst = new WorstError();
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase(`matrix product ${plan.name}`, index);
      const [m, k, n] = extents(random);
      const { batch, a: aBatch, b: bBatch } = batches(random);
      const [transposeA, transposeB, isFused] = [random.chance(0.5), random.chance(0.5), random.chance(0.5)];
      const activation = random.oneOf(plan.activations.length > 1 ? Object.keys(FUSED) : ["sigmoid"]);
      const label = JSON.stringify({ m, k, n, aBatch, bBatch, transposeA, transposeB, isFused, activation });
      const values = (shape: number[]) => ({ shape, data: random.floats(sizeOf(shape)) });
      const a = values([...aBatch, ...(transposeA ? [k, m] : [m, k])]);
      const b = values([...bBatch, ...(transposeB ? [n, k] : [k, n])]);
      const bias = values([n]);
      const attrs = { transposeA, transposeB, activation, leakyreluAlpha: 0.25 };
      const c = withPlan(plan, random.oneOf(PARTS), () =>
        isFused ? runOnly(tf._FusedMatMul, { a, b, bias }, attrs) : runOnly(tf.BatchMatMul, { a, b }, attrs),
      );
      expect({ label, shape: c.shape }).toEqual({ label, shape: [...batch, m, n] });
      const [aRound, bRound] = [round(a.data), round(b.data)];
      for (let member = 0; member < sizeOf(batch); member++) {
        const fromA = placeOf(member, batch, aBatch) * m * k;
        const fromB = placeOf(member, batch, bBatch) * n * k;
        const exact = product(
          [m, k, n],
          (i, l) => aRound[fromA + (transposeA ? l * m + i : i * k + l)]!,
          (l, j) => bRound[fromB + (transposeB ? j * k + l : l * n + j)]!,
        );
        for (let i = 0; i < m * n; i++) {
          const offset = isFused ? bias.data[i % n]! : 0;
          const expected = isFused ? FUSED[activation]!(exact.data[i]! + offset) : exact.data[i]!;
          const magnitude = exact.magnitude[i]! + Math.abs(offset);
          const sum = (roundings(k) + (isFused ? 1 : 0)) * UNIT * 1.001;
          const bound = sum * magnitude + (isFused ? ACTIVATION_ROUNDINGS * UNIT * Math.abs(expected) : 0) + 2 ** -126;
          worst.addValue(label, c.data[member * m * n + i]!, expected, bound, magnitude + Math.abs(expected));
        }
      }
    }
    await annotate(`${plan.name}: ${worst.text}`);
    expect(worst).toSatisfy(({ overBound }) => overBound <= 1, worst.where);
  });

  // What rounds factors rounds a float32 `dz`, which float64 does not know to the last bit: convolutions check that.
  it.skipIf(plan.sums.round !== undefined)(
    `agrees with float64 over ${CASES} random dense layers, forward and gradients`,
    async ({ annotate }) => {
      const worst = {
        forward: new WorstError(),
        input: new WorstError(),
        weight: new WorstError(),
        bias: new WorstError(),
      };
      for (let index = 0; index < CASES; index++) {
        const random = new RandomCase(`dense ${plan.name}`, index);
        const [n, inUnits, units] = extents(random);
        const activation = random.oneOf(plan.activations);
        const withBias = random.chance(0.7);
        const label = JSON.stringify({ n, inUnits, units, activation, withBias });
        const x: KernelValues = { shape: [n, inUnits], data: random.floats(n * inUnits) };
        const weight: KernelValues = { shape: [units, inUnits], data: random.floats(units * inUnits) };
        const bias: KernelValues | undefined = withBias ? { shape: [units], data: random.floats(units) } : undefined;
        const dy: KernelValues = { shape: [n, units], data: random.floats(n * units) };
        const activated: KernelValues = { shape: [n, units], data: activatedValues(random, activation, n * units) };
        const y = activation === "linear" ? undefined : activated;
        const [forward, dx, dw, db] = withPlan(plan, random.oneOf(PARTS), () => [
          runOnly(DENSE, { x, weight, bias }, { activation }),
          runOnly(DENSE_INPUT_GRADIENT, { dy, weight, y }, { activation }),
          ...runKernel(DENSE_WEIGHT_GRADIENT, { x, dy, y }, { activation, withBias }),
        ]);

        const z = product(
          [n, inUnits, units],
          (i, l) => x.data[i * inUnits + l]!,
          (l, j) => weight.data[j * inUnits + l]!,
        );
        for (let i = 0; i < n * units; i++) {
          const offset = bias?.data[i % units] ?? 0;
          const exact = ACTIVATIONS[activation](z.data[i]! + offset);
          const magnitude = z.magnitude[i]! + Math.abs(offset);
          const sum = (roundings(inUnits) + 1) * UNIT * 1.001;
          const bound = sum * magnitude + ACTIVATION_ROUNDINGS * UNIT * Math.abs(exact) + 2 ** -126;
          worst.forward.addValue(label, forward!.data[i]!, exact, bound, magnitude + Math.abs(exact));
        }
        const dz = Float64Array.from(dy.data, (value, i) => value * SLOPES[activation](activated.data[i]!));
        const extra = activation === "linear" ? 0 : SLOPE_ROUNDINGS;
        const exactDx = product(
          [n, units, inUnits],
          (i, l) => dz[i * units + l]!,
          (l, j) => weight.data[l * inUnits + j]!,
          (i, l) => dy.data[i * units + l]!,
        );
        exactDx.terms.fill(roundings(units));
        worst.input.addSums(label, dx!.data, exactDx, extra);
        const exactDw = product(
          [units, n, inUnits],
          (i, l) => dz[l * units + i]!,
          (l, j) => x.data[l * inUnits + j]!,
          (i, l) => dy.data[l * units + i]!,
        );
        exactDw.terms.fill(roundings(n));
        worst.weight.addSums(label, dw!.data, exactDw, extra);
        expect({ label, hasBias: db !== undefined }).toEqual({ label, hasBias: withBias });
        if (db === undefined) continue;
        const exactDb = product(
          [units, n, 1],
          (i, l) => dz[l * units + i]!,
          () => 1,
          (i, l) => dy.data[l * units + i]!,
        );
        worst.bias.addSums(label, db.data, exactDb, extra);
      }
      for (const [kernel, error] of Object.entries(worst)) await annotate(`${plan.name}, ${kernel}: ${error.text}`);
      for (const error of Object.values(worst)) expect(error).toSatisfy(({ overBound }) => overBound <= 1, error.where);
    },
  );
});

describe("matrix product", () => {
  // Tensor cores cut off at every step, always towards zero: what that takes from a sum of one sign adds up.
  it("stays within 1e-5 of long sums of one sign in every arithmetic of float32", () => {
    const k = 8000;
    const random = new RandomCase("long sums", 0);
    const positive = (count: number): Float32Array => random.floats(count).map((value) => Math.abs(value) + 0.5);
    const a: KernelValues = { shape: [2, k], data: positive(2 * k) };
    const b: KernelValues = { shape: [k, 2], data: positive(2 * k) };
    const exact = product(
      [2, k, 2],
      (i, l) => a.data[i * k + l]!,
      (l, j) => b.data[l * 2 + j]!,
    );
    for (const plan of CASES_OF_MATRICES.filter(({ sums }) => sums.round === undefined)) {
      const c = withPlan(plan, 1, () => runOnly(tf.BatchMatMul, { a, b }, { transposeA: false, transposeB: false }));
      const error = Math.max(...[...c.data].map((value, i) => Math.abs(value / exact.data[i]! - 1)));
      expect({ plan: plan.name, isNear: error < 1e-5 }).toEqual({ plan: plan.name, isNear: true });
    }
  });

  it("keeps infinities and NaN apart from numbers in every arithmetic", () => {
    for (const plan of CASES_OF_MATRICES) {
      const a: KernelValues = { shape: [3, 2], data: Float32Array.of(Infinity, 1, NaN, 1, 2, 3) };
      const b: KernelValues = { shape: [2, 1], data: Float32Array.of(2, 1) };
      const c = withPlan(plan, 1, () => runOnly(tf.BatchMatMul, { a, b }, { transposeA: false, transposeB: false }));
      expect({ plan: plan.name, c: [...c.data] }).toEqual({ plan: plan.name, c: [Infinity, NaN, 7] });
    }
  });

  it("gives zeros, or the bias, where there is nothing to sum", () => {
    const a: KernelValues = { shape: [2, 0], data: new Float32Array(0) };
    const b: KernelValues = { shape: [0, 3], data: new Float32Array(0) };
    const bias: KernelValues = { shape: [3], data: Float32Array.of(1, 2, 3) };
    const attrs = { transposeA: false, transposeB: false, activation: "linear" };
    expect([...runOnly(tf.BatchMatMul, { a, b }, attrs).data]).toEqual([0, 0, 0, 0, 0, 0]);
    expect([...runOnly(tf._FusedMatMul, { a, b, bias }, attrs).data]).toEqual([1, 2, 3, 1, 2, 3]);
  });
});

import { DENSE, DENSE_INPUT_GRADIENT, DENSE_WEIGHT_GRADIENT, type Activation } from "@camada/tensor";
import {
  activatedValues,
  ACTIVATION_NAMES,
  ACTIVATIONS,
  CASES,
  emptySums,
  RandomCase,
  SLOPES,
  type Sums,
  WorstError,
} from "@camada/test-kit";
import type { KernelValues } from "@camada/test-kit/kernel-suites";
import { describe, expect, it } from "vitest";
import { differingThreads, runNative, runNativeSingle } from "./native-run.ts";

const THREADS_EVERY = 10;
/** As in the checks of convolutions. */
const ACTIVATION_ROUNDINGS = 4;
const SLOPE_ROUNDINGS = 6;

/** `a b` of one matrix, each factor read at its own place. */
function product(
  [m, k, n]: readonly [number, number, number],
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

/** Extents of rows, columns and what is summed over; now and then a sum that is cut into parts. */
function extents(random: RandomCase): [number, number, number] {
  if (random.chance(0.02)) return [random.between(1, 3), random.between(300, 3000), random.between(1, 3)];
  return [random.extent(), random.extent(random.oneOf([7, 33, 70])), random.extent(random.oneOf([7, 33]))];
}

describe("matrix product on the native engine", () => {
  const isTransposed = [false, true];
  const forms = isTransposed.flatMap((a) => isTransposed.map((b) => [a, b] as const));

  it.each(forms)(
    `agrees with float64 over ${CASES} random configurations with transposeA %s and transposeB %s`,
    async (transposeA, transposeB) => {
      const worst = new WorstError();
      const differing: string[] = [];
      for (let index = 0; index < CASES; index++) {
        const random = new RandomCase(`matrix product ${transposeA} ${transposeB}`, index);
        const [m, k, n] = extents(random);
        const batch = random.oneOf([1, 1, 1, 2, 3]);
        const batchB = random.oneOf([batch, batch, 1]);
        const label = JSON.stringify({ m, k, n, batch, batchB });
        const aShape = transposeA ? [batch, k, m] : [batch, m, k];
        const bShape = transposeB ? [batchB, n, k] : [batchB, k, n];
        const a: KernelValues = { shape: aShape, data: random.floats(batch * m * k) };
        const b: KernelValues = { shape: bShape, data: random.floats(batchB * n * k) };
        const attrs = { transposeA, transposeB };
        const c = runNativeSingle("BatchMatMul", { a, b }, attrs);
        expect({ label, shape: c.shape }).toEqual({ label, shape: [batch, m, n] });
        for (let image = 0; image < batch; image++) {
          const [fromA, fromB] = [image * m * k, (batchB === 1 ? 0 : image) * n * k];
          const exact = product(
            [m, k, n],
            (i, l) => a.data[fromA + (transposeA ? l * m + i : i * k + l)]!,
            (l, j) => b.data[fromB + (transposeB ? j * k + l : l * n + j)]!,
          );
          worst.addSums(label, c.data.subarray(image * m * n, (image + 1) * m * n), exact);
        }
        if (index % THREADS_EVERY !== 0) continue;
        const threads = differingThreads("BatchMatMul", { a, b }, attrs);
        if (threads.length > 0) differing.push(`${threads.join(", ")} threads: ${label}`);
      }
      expect({ worst: worst.text, isWithinBound: worst.overBound <= 1, where: worst.where }).toMatchObject({
        isWithinBound: true,
      });
      expect(differing).toEqual([]);
    },
  );

  it("has the same bits at any number of threads where work is cut into many chunks", () => {
    for (const [at, [m, k, n]] of (
      [
        [200, 300, 150],
        [2, 20000, 90],
        [400, 7, 400],
      ] as const
    ).entries()) {
      const random = new RandomCase("large matrix product", at);
      const a: KernelValues = { shape: [1, m, k], data: random.floats(m * k) };
      const b: KernelValues = { shape: [1, k, n], data: random.floats(k * n) };
      expect(differingThreads("BatchMatMul", { a, b }, { transposeA: false, transposeB: false })).toEqual([]);
    }
  });
});

describe("dense on the native engine", () => {
  it(`agrees with float64 over ${CASES} random configurations, forward and gradients`, async ({ annotate }) => {
    const worst = {
      forward: new WorstError(),
      input: new WorstError(),
      weight: new WorstError(),
      bias: new WorstError(),
    };
    const differing: string[] = [];
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase("dense", index);
      const [n, inUnits, units] = extents(random);
      const activation: Activation = random.oneOf(ACTIVATION_NAMES);
      const withBias = random.chance(0.7);
      const label = JSON.stringify({ n, inUnits, units, activation, withBias });
      const x: KernelValues = { shape: [n, inUnits], data: random.floats(n * inUnits) };
      const weight: KernelValues = { shape: [units, inUnits], data: random.floats(units * inUnits) };
      const bias: KernelValues | undefined = withBias ? { shape: [units], data: random.floats(units) } : undefined;

      const forward = runNativeSingle(DENSE, { x, weight, bias }, { activation });
      const z = product(
        [n, inUnits, units],
        (i, l) => x.data[i * inUnits + l]!,
        (l, j) => weight.data[j * inUnits + l]!,
      );
      for (let i = 0; i < n * units; i++) {
        const offset = bias?.data[i % units] ?? 0;
        const exact = ACTIVATIONS[activation](z.data[i]! + offset);
        const magnitude = z.magnitude[i]! + Math.abs(offset);
        const bound = (inUnits + 1) * 2 ** -24 * 1.001 * magnitude + ACTIVATION_ROUNDINGS * 2 ** -24 * Math.abs(exact);
        worst.forward.addValue(label, forward.data[i]!, exact, bound + 2 ** -126, magnitude + Math.abs(exact));
      }

      const dy: KernelValues = { shape: [n, units], data: random.floats(n * units) };
      const activated: KernelValues = { shape: [n, units], data: activatedValues(random, activation, n * units) };
      const y = activation === "linear" ? undefined : activated;
      const dz = Float64Array.from(dy.data, (value, i) => value * SLOPES[activation](activated.data[i]!));
      const extra = activation === "linear" ? 0 : SLOPE_ROUNDINGS;
      const dx = runNativeSingle(DENSE_INPUT_GRADIENT, { dy, weight, y }, { activation });
      const exactDx = product(
        [n, units, inUnits],
        (i, l) => dz[i * units + l]!,
        (l, j) => weight.data[l * inUnits + j]!,
        (i, l) => dy.data[i * units + l]!,
      );
      worst.input.addSums(label, dx.data, exactDx, extra);

      const [dw, db] = runNative(DENSE_WEIGHT_GRADIENT, { x, dy, y }, { activation, withBias });
      const exactDw = product(
        [units, n, inUnits],
        (i, l) => dz[l * units + i]!,
        (l, j) => x.data[l * inUnits + j]!,
        (i, l) => dy.data[l * units + i]!,
      );
      worst.weight.addSums(label, dw!.data, exactDw, extra);
      expect({ label, hasBias: db !== undefined }).toEqual({ label, hasBias: withBias });
      if (db !== undefined) {
        const exactDb = product(
          [units, n, 1],
          (i, l) => dz[l * units + i]!,
          () => 1,
          (i, l) => dy.data[l * units + i]!,
        );
        worst.bias.addSums(label, db.data, exactDb, extra);
      }
      if (index % THREADS_EVERY !== 0) continue;
      const threads = [
        ...differingThreads(DENSE, { x, weight, bias }, { activation }),
        ...differingThreads(DENSE_INPUT_GRADIENT, { dy, weight, y }, { activation }),
        ...differingThreads(DENSE_WEIGHT_GRADIENT, { x, dy, y }, { activation, withBias }),
      ];
      if (threads.length > 0) differing.push(`${threads.join(", ")} threads: ${label}`);
    }
    for (const [kernel, error] of Object.entries(worst)) await annotate(`dense, ${kernel}: ${error.text}`);
    for (const error of Object.values(worst)) expect(error).toSatisfy(({ overBound }) => overBound <= 1, error.where);
    expect(differing).toEqual([]);
  });

  it("has the same bits at any number of threads on the lesson's wide layer", () => {
    const random = new RandomCase("wide dense", 0);
    const [n, inUnits, units] = [32, 12_000, 84];
    const x: KernelValues = { shape: [n, inUnits], data: random.floats(n * inUnits) };
    const weight: KernelValues = { shape: [units, inUnits], data: random.floats(units * inUnits) };
    const bias: KernelValues = { shape: [units], data: random.floats(units) };
    const dy: KernelValues = { shape: [n, units], data: random.floats(n * units) };
    const attrs = { activation: "tanh", withBias: true };
    expect(differingThreads(DENSE, { x, weight, bias }, attrs)).toEqual([]);
    expect(differingThreads(DENSE_INPUT_GRADIENT, { dy, weight, y: dy }, attrs)).toEqual([]);
    expect(differingThreads(DENSE_WEIGHT_GRADIENT, { x, dy, y: dy }, attrs)).toEqual([]);
  });
});

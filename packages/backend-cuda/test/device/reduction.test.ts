import { BIAS_GRADIENT } from "@camada/tensor";
import { emptySums, RandomCase, randomShape, sizeOf, UNIT, WorstError } from "@camada/test-kit";
import { describe, expect, it } from "vitest";
import { CASES } from "./cases.ts";
import { differenceFrom, runSingle, type Values } from "./run-kernel.ts";

/** A shape, the axes that are reduced, and for every element where its result lies. */
interface Reduction {
  readonly shape: readonly number[];
  readonly axes: readonly number[];
  readonly kept: readonly number[];
  readonly target: Int32Array;
}

/** Now and then so long that an output belongs to several blocks, along rows or across them. */
function randomReduction(random: RandomCase): Reduction {
  const long = random.oneOf([
    [random.between(1, 3), random.between(9000, 20_000)],
    [random.between(9000, 12_000), random.between(1, 3)],
  ]);
  const shape = random.chance(0.08) ? long : randomShape(random, 1);
  const chosen = shape.map((_, axis) => axis).filter(() => random.chance(0.5));
  const axes = chosen.length > 0 ? chosen : [random.between(0, shape.length - 1)];
  return { shape, axes, kept: shape.filter((_, axis) => !axes.includes(axis)), target: targetsOf(shape, axes) };
}

function targetsOf(shape: readonly number[], axes: readonly number[]): Int32Array {
  const target = new Int32Array(sizeOf(shape));
  for (let at = 0; at < target.length; at++) {
    let left = at;
    let stride = 1;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const index = left % shape[axis]!;
      left = (left - index) / shape[axis]!;
      if (axes.includes(axis)) continue;
      target[at]! += index * stride;
      stride *= shape[axis]!;
    }
  }
  return target;
}

/** Sums, with what bounds their errors, of the elements that go to one place. */
function sumsOf({ kept, target }: Pick<Reduction, "kept" | "target">, data: Values["data"]) {
  const sums = emptySums(sizeOf(kept));
  data.forEach((value: number, i: number) => {
    sums.data[target[i]!]! += value;
    sums.magnitude[target[i]!]! += Math.abs(value);
    sums.terms[target[i]!]! += 1;
  });
  return sums;
}

describe("reductions on the device", () => {
  it.each(["Sum", "Mean"])(`%s agrees with float64 over ${CASES} random reductions`, (kernel) => {
    const worst = new WorstError();
    for (let index = 0; index < CASES; index++) {
      const reduction = randomReduction(new RandomCase(kernel, index));
      const { shape, axes, kept } = reduction;
      const label = JSON.stringify({ shape, axes });
      const x: Values = { shape, data: new RandomCase(`${kernel} values`, index).floats(sizeOf(shape)) };
      const y = runSingle(kernel, { x }, { axis: axes, keepDims: false });
      if (y.shape.join() !== kept.join()) throw new Error(`${label}: got shape [${y.shape.join()}]`);
      const sums = sumsOf(reduction, x.data);
      const count = x.data.length / sums.data.length;
      for (const numbers of kernel === "Mean" ? [sums.data, sums.magnitude] : []) {
        numbers.forEach((value, i) => (numbers[i] = value / count));
      }
      worst.addSums(label, y.data, sums, kernel === "Mean" ? 2 : 0);
    }
    expect(worst).toSatisfy(({ overBound }) => overBound <= 1, `${worst.where}: ${worst.text}`);
  });

  it(`Prod agrees with float64 over ${CASES} random reductions`, () => {
    const worst = new WorstError();
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase("Prod", index);
      const { shape, axes, kept, target } = randomReduction(random);
      const x: Values = { shape, data: random.floats(sizeOf(shape)).map((value) => 1 + value * 1e-3) };
      const y = runSingle("Prod", { x }, { axis: axes, keepDims: false });
      const products = new Float64Array(sizeOf(kept)).fill(1);
      x.data.forEach((value: number, i: number) => (products[target[i]!]! *= value));
      const roundings = (x.data.length / products.length) * UNIT;
      products.forEach((exact, i) => {
        const label = JSON.stringify({ shape, axes });
        worst.addValue(label, y.data[i]!, exact, (roundings / (1 - roundings)) * exact, exact);
      });
    }
    expect(worst).toSatisfy(({ overBound }) => overBound <= 1, `${worst.where}: ${worst.text}`);
  });

  it.each([
    ["Max", (best: number, value: number) => value > best],
    ["Min", (best: number, value: number) => value < best],
  ] as const)(`%s, and the place of it, is exact over ${CASES} random reductions`, (kernel, isBetter) => {
    const differences: string[] = [];
    const start = kernel === "Max" ? -Infinity : Infinity;
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase(kernel, index);
      const { shape, axes, kept, target } = randomReduction(random);
      // Few different values, so that several are the largest.
      const floats = random.floats(sizeOf(shape), 8).map(Math.round);
      const data = random.chance(0.3) ? Int32Array.from(floats) : floats;
      const x: Values = { shape, data };
      const best = new Float64Array(sizeOf(kept)).fill(start);
      data.forEach((value: number, i: number) => {
        if (isBetter(best[target[i]!]!, value)) best[target[i]!] = value;
      });
      const label = JSON.stringify({ shape, axes });
      const attrs = { [kernel === "Max" ? "reductionIndices" : "axis"]: axes, keepDims: false };
      differences.push(...differenceFrom(label, runSingle(kernel, { x }, attrs), kept, best));

      const axis = axes[0]!;
      const keptOfOne = shape.filter((_, at) => at !== axis);
      const targetOfOne = targetsOf(shape, [axis]);
      const inner = sizeOf(shape.slice(axis + 1));
      const bestOfOne = new Float64Array(sizeOf(keptOfOne)).fill(start);
      const places = new Int32Array(bestOfOne.length);
      data.forEach((value: number, i: number) => {
        const at = targetOfOne[i]!;
        if (!isBetter(bestOfOne[at]!, value)) return;
        bestOfOne[at] = value;
        places[at] = Math.floor(i / inner) % shape[axis]!;
      });
      const argument = runSingle(`Arg${kernel}`, { x }, { axis });
      differences.push(...differenceFrom(`place of ${label}`, argument, keptOfOne, places));
    }
    expect(differences.slice(0, 5)).toEqual([]);
  });

  it.each([
    ["Any", (values: number) => values > 0],
    ["All", (values: number, count: number) => values === count],
  ] as const)(`%s is exact over ${CASES} random reductions`, (kernel, decide) => {
    const differences: string[] = [];
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase(kernel, index);
      const reduction = randomReduction(random);
      const rare = Uint8Array.from(random.floats(sizeOf(reduction.shape)), (value) => Number(value > 0.8));
      const data = kernel === "All" ? rare.map((value) => 1 - value) : rare;
      const counts = sumsOf(reduction, data).data;
      const each = data.length / counts.length;
      const { shape, axes, kept } = reduction;
      const y = runSingle(kernel, { x: { shape, data } }, { axis: axes, keepDims: false });
      const expected = Array.from(counts, (count) => Number(decide(count, each)));
      differences.push(...differenceFrom(JSON.stringify({ shape, axes }), y, kept, expected));
    }
    expect(differences.slice(0, 5)).toEqual([]);
  });

  it.each(["Sum", "Prod"])(`%s is exact on int32 and bool over ${CASES} random reductions`, (kernel) => {
    const differences: string[] = [];
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase(`int32 ${kernel}`, index);
      const reduction = randomReduction(random);
      const { shape, axes, kept, target } = reduction;
      const isBool = random.chance(0.3);
      const most = isBool ? 1 : kernel === "Prod" ? 2 : 2 ** 31 - 1;
      const ints = random.ints(sizeOf(shape), isBool ? 0 : -most, most);
      const results = new Float64Array(sizeOf(kept)).fill(kernel === "Prod" ? 1 : 0);
      ints.forEach((value, i) => {
        const at = target[i]!;
        results[at] = kernel === "Prod" ? results[at]! * value : results[at]! + value;
      });
      // Sums of fewer than 2^22 such numbers are exact as doubles, and powers of two always.
      const expected = Int32Array.from(results);
      const y = runSingle(
        kernel,
        { x: { shape, data: isBool ? Uint8Array.from(ints) : ints } },
        { axis: axes, keepDims: false },
      );
      differences.push(...differenceFrom(JSON.stringify({ shape, axes }), y, kept, expected));
    }
    expect(differences.slice(0, 5)).toEqual([]);
  });

  it("takes the mean of int32 and bool as float32", () => {
    const ints: Values = { shape: [4], data: Int32Array.of(1, 2, 3, 5) };
    expect(runSingle("Mean", { x: ints }, { axis: [0], keepDims: true })).toEqual({
      shape: [1],
      data: Float32Array.of(2.75),
    });
    const bools: Values = { shape: [4], data: Uint8Array.of(1, 0, 0, 0) };
    expect(runSingle("Mean", { x: bools }, { axis: [0], keepDims: false }).data).toEqual(Float32Array.of(0.25));
  });

  it("answers NaN where an element is NaN, wherever it stands", () => {
    for (const at of [0, 5, 299]) {
      const data = Float32Array.from({ length: 300 }, (_, i) => (i === at ? NaN : i - 150));
      for (const kernel of ["Max", "Min", "Sum"]) {
        const attrs = { axis: [0], reductionIndices: [0], keepDims: false };
        expect({ kernel, at, y: runSingle(kernel, { x: { shape: [300], data } }, attrs).data[0] }).toEqual({
          kernel,
          at,
          y: NaN,
        });
      }
    }
  });

  it("looks for the largest beside NaN as tfjs does: nothing is larger than one in front", () => {
    const x = (...values: number[]): { x: Values } => ({
      x: { shape: [values.length], data: Float32Array.from(values) },
    });
    expect(runSingle("ArgMax", x(NaN, 3, 9), { axis: 0 }).data[0]).toBe(0);
    expect(runSingle("ArgMax", x(1, NaN, 9, 9), { axis: 0 }).data[0]).toBe(2);
    expect(runSingle("ArgMin", x(-1, -1, NaN), { axis: 0 }).data[0]).toBe(0);
  });

  it.each([
    ["Sum", 0],
    ["Mean", 0],
    ["Prod", 1],
    ["Max", NaN],
    ["Min", NaN],
  ])("gives %s of nothing", (kernel, expected) => {
    const attrs = { axis: [1], reductionIndices: [1], keepDims: false };
    const y = runSingle(kernel, { x: { shape: [2, 0], data: new Float32Array(0) } }, attrs);
    expect([...y.data]).toEqual([expected, expected]);
  });

  it.each(["Cumsum", "Cumprod"])(`%s agrees with float64 over ${CASES} random tensors`, (kernel) => {
    const worst = new WorstError();
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase(kernel, index);
      const shape = randomShape(random, 1);
      const axis = random.between(0, shape.length - 1);
      const [exclusive, reverse] = [random.chance(0.5), random.chance(0.5)];
      const x: Values = { shape, data: random.floats(sizeOf(shape)).map((value) => 0.9 + 0.2 * value) };
      const y = runSingle(kernel, { x }, { axis, exclusive, reverse });
      const [extent, inner] = [shape[axis]!, sizeOf(shape.slice(axis + 1))];
      const label = JSON.stringify({ shape, axis, exclusive, reverse });
      for (let line = 0; line < x.data.length / extent; line++) {
        const start = Math.floor(line / inner) * extent * inner + (line % inner);
        let running = kernel === "Cumsum" ? 0 : 1;
        for (let step = 0; step < extent; step++) {
          const at = start + (reverse ? extent - 1 - step : step) * inner;
          const before = running;
          running = kernel === "Cumsum" ? running + x.data[at]! : running * x.data[at]!;
          const exact = exclusive ? before : running;
          worst.addValue(label, y.data[at]!, exact, (step + 1) * 1.001 * UNIT * exact, exact);
        }
      }
    }
    expect(worst).toSatisfy(({ overBound }) => overBound <= 1, `${worst.where}: ${worst.text}`);
  });

  it(`sums every axis but channels over ${CASES} random tensors`, () => {
    const worst = new WorstError();
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase("bias gradient", index);
      const spatial = random.oneOf([[], [random.extent(70)], [3, random.extent()], [100, 100]]);
      const shape = [random.between(1, 5), random.extent(spatial.length > 1 ? 4 : 33), ...spatial];
      const dy: Values = { shape, data: random.floats(sizeOf(shape)) };
      const others = shape.map((_, axis) => axis).filter((axis) => axis !== 1);
      const sums = sumsOf({ kept: [shape[1]!], target: targetsOf(shape, others) }, dy.data);
      worst.addSums(`[${shape.join()}]`, runSingle(BIAS_GRADIENT, { dy }).data, sums);
    }
    expect(worst).toSatisfy(({ overBound }) => overBound <= 1, `${worst.where}: ${worst.text}`);
  });
});

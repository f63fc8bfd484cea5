import { BIAS_GRADIENT } from "@camada/tensor";
import { CASES, emptySums, RandomCase, randomShape, sizeOf, UNIT, WorstError } from "@camada/test-kit";
import { describe, expect, it } from "vitest";
import { differenceFrom, differingThreads, runNativeSingle, type Values } from "./native-run.ts";

const THREADS_EVERY = 10;

/** A shape, the axes that are reduced, and for every element where its result lies. */
interface Reduction {
  readonly shape: readonly number[];
  readonly axes: readonly number[];
  readonly kept: readonly number[];
  readonly target: Int32Array;
}

function randomReduction(random: RandomCase): Reduction {
  const shape = random.chance(0.05) ? [random.between(1, 2), random.between(500, 3000)] : randomShape(random, 1);
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

describe("reductions on the native engine", () => {
  it.each(["Sum", "Mean", "Prod"])(`%s agrees with float64 over ${CASES} random reductions`, async (kernel) => {
    const worst = new WorstError();
    const differing: string[] = [];
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase(kernel, index);
      const { shape, axes, kept, target } = randomReduction(random);
      const label = JSON.stringify({ shape, axes });
      const x: Values = { shape, data: random.floats(sizeOf(shape)) };
      if (kernel === "Prod") for (let i = 0; i < x.data.length; i++) x.data[i] = 0.9 + 0.2 * Math.abs(x.data[i]!);
      const y = runNativeSingle(kernel, { x }, { axis: axes, keepDims: false });
      if (y.shape.join() !== kept.join()) throw new Error(`${label}: got shape [${y.shape.join()}]`);
      const sums = emptySums(sizeOf(kept));
      if (kernel === "Prod") sums.data.fill(1);
      x.data.forEach((value, i) => {
        const place = target[i]!;
        sums.terms[place]! += 1;
        sums.magnitude[place]! += Math.abs(value);
        if (kernel === "Prod") sums.data[place]! *= value;
        else sums.data[place]! += value;
      });
      const count = shape.length === 0 ? 1 : x.data.length / Math.max(sums.data.length, 1);
      if (kernel === "Mean") {
        for (let i = 0; i < sums.data.length; i++) {
          sums.data[i]! /= count;
          sums.magnitude[i]! /= count;
        }
      }
      if (kernel === "Prod") {
        // Every factor but the first rounds once.
        y.data.forEach((value, i) => {
          const exact = sums.data[i]!;
          worst.addValue(label, value, exact, (count * UNIT * exact) / (1 - count * UNIT), exact);
        });
      } else worst.addSums(label, y.data, sums, kernel === "Mean" ? 2 : 0);
      if (index % THREADS_EVERY !== 0) continue;
      const threads = differingThreads(kernel, { x }, { axis: axes, keepDims: false });
      if (threads.length > 0) differing.push(`${threads.join(", ")} threads: ${label}`);
    }
    expect(worst).toSatisfy(({ overBound }) => overBound <= 1, `${worst.where}: ${worst.text}`);
    expect(differing).toEqual([]);
  });

  it.each([
    ["Max", (best: number, value: number) => value > best],
    ["Min", (best: number, value: number) => value < best],
  ] as const)(`%s, and the place of it, is exact over ${CASES} random reductions`, (kernel, isBetter) => {
    const differences: string[] = [];
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase(kernel, index);
      const { shape, axes, kept, target } = randomReduction(random);
      // Few different values, so that several are the largest.
      const x: Values = { shape, data: random.floats(sizeOf(shape), 8).map(Math.round) };
      const expected = new Float32Array(sizeOf(kept)).fill(kernel === "Max" ? -Infinity : Infinity);
      x.data.forEach((value, i) => {
        if (isBetter(expected[target[i]!]!, value)) expected[target[i]!] = value;
      });
      const label = JSON.stringify({ shape, axes });
      const y = runNativeSingle(
        kernel,
        { x },
        { [kernel === "Max" ? "reductionIndices" : "axis"]: axes, keepDims: false },
      );
      differences.push(...differenceFrom(label, y, { shape: kept, data: expected }));

      const axis = axes[0]!;
      const keptOfOne = shape.filter((_, at) => at !== axis);
      const targetOfOne = targetsOf(shape, [axis]);
      const inner = sizeOf(shape.slice(axis + 1));
      const best = new Float32Array(sizeOf(keptOfOne)).fill(kernel === "Max" ? -Infinity : Infinity);
      const places = new Int32Array(best.length);
      x.data.forEach((value, i) => {
        const at = targetOfOne[i]!;
        if (!isBetter(best[at]!, value)) return;
        best[at] = value;
        places[at] = Math.floor(i / inner) % shape[axis]!;
      });
      const argument = runNativeSingle(`Arg${kernel}`, { x }, { axis });
      differences.push(...differenceFrom(`place of ${label}`, argument, { shape: keptOfOne, data: places }));
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
      const { shape, axes, kept, target } = randomReduction(random);
      const x: Values = { shape, data: Uint8Array.from(random.floats(sizeOf(shape)), (value) => Number(value > 0.6)) };
      if (kernel === "All") for (let i = 0; i < x.data.length; i++) x.data[i] = 1 - x.data[i]!;
      const counts = new Int32Array(sizeOf(kept));
      x.data.forEach((value, i) => (counts[target[i]!]! += value));
      const each = x.data.length / counts.length;
      const y = runNativeSingle(kernel, { x }, { axis: axes, keepDims: false });
      const data = Uint8Array.from(counts, (count) => Number(decide(count, each)));
      differences.push(...differenceFrom(JSON.stringify({ shape, axes }), y, { shape: kept, data }));
    }
    expect(differences.slice(0, 5)).toEqual([]);
  });

  it.each(["Cumsum", "Cumprod"])(`%s agrees with float64 over ${CASES} random tensors`, (kernel) => {
    const worst = new WorstError();
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase(kernel, index);
      const shape = randomShape(random, 1);
      const axis = random.between(0, shape.length - 1);
      const [exclusive, reverse] = [random.chance(0.5), random.chance(0.5)];
      const x: Values = { shape, data: random.floats(sizeOf(shape)).map((value) => 0.9 + 0.2 * value) };
      const y = runNativeSingle(kernel, { x }, { axis, exclusive, reverse });
      const [extent, inner] = [shape[axis]!, sizeOf(shape.slice(axis + 1))];
      const label = JSON.stringify({ shape, axis, exclusive, reverse });
      for (let line = 0; line < x.data.length / Math.max(extent, 1); line++) {
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
      const shape = [
        random.between(1, 5),
        random.extent(),
        ...random.oneOf([[], [random.extent(70)], [3, random.extent()]]),
      ];
      const dy: Values = { shape, data: random.floats(sizeOf(shape)) };
      const sums = emptySums(shape[1]!);
      const target = targetsOf(
        shape,
        shape.map((_, axis) => axis).filter((axis) => axis !== 1),
      );
      dy.data.forEach((value, i) => {
        sums.data[target[i]!]! += value;
        sums.magnitude[target[i]!]! += Math.abs(value);
        sums.terms[target[i]!]! += 1;
      });
      worst.addSums(`[${shape.join()}]`, runNativeSingle(BIAS_GRADIENT, { dy }).data, sums);
    }
    expect(worst).toSatisfy(({ overBound }) => overBound <= 1, `${worst.where}: ${worst.text}`);
  });

  it.each(["Sum", "Mean", "Max", "Prod"])("%s has the same bits at any number of threads", (kernel) => {
    const random = new RandomCase(`large ${kernel}`, 0);
    const x: Values = { shape: [30, 60, 70], data: random.floats(30 * 60 * 70) };
    for (const axis of [[0], [1], [2], [0, 2], [0, 1, 2]]) {
      const attrs = { axis, reductionIndices: axis, keepDims: false };
      expect(differingThreads(kernel, { x }, attrs)).toEqual([]);
    }
  });
});

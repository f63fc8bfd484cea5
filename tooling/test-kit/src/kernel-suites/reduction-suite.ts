import { describe, expect, it } from "vitest";
import { randomShape } from "../random-broadcast.ts";
import { RandomCase, sizeOf } from "../random-case.ts";
import { emptySums, UNIT, WorstError } from "../worst-error.ts";
import { differenceFrom, runSingle, type KernelEngine, type KernelValues } from "./kernel-engine.ts";

/** A shape, the axes that are reduced, and for every element where its result lies. */
interface Reduction {
  readonly label: string;
  readonly shape: readonly number[];
  readonly axes: readonly number[];
  readonly kept: readonly number[];
  readonly target: Int32Array;
}

function reductionOf(shape: readonly number[], axes: readonly number[]): Reduction {
  const kept = shape.filter((_, axis) => !axes.includes(axis));
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
  return { label: JSON.stringify({ shape, axes }), shape, axes, kept, target };
}

/** Now and then so long that several threads or blocks share an output, along rows or across them. */
function randomReduction(random: RandomCase): Reduction {
  const long = random.oneOf([
    [random.between(1, 3), random.between(500, 3000)],
    [random.between(1, 3), random.between(9000, 20_000)],
    [random.between(9000, 12_000), random.between(1, 3)],
  ]);
  const shape = random.chance(0.08) ? long : randomShape(random, 1);
  const chosen = shape.map((_, axis) => axis).filter(() => random.chance(0.5));
  return reductionOf(shape, chosen.length > 0 ? chosen : [random.between(0, shape.length - 1)]);
}

/** Sums, with what bounds their errors, of the elements that go to one place. */
function sumsOf({ kept, target }: Reduction, data: KernelValues["data"]) {
  const sums = emptySums(sizeOf(kept));
  data.forEach((value: number, i: number) => {
    sums.data[target[i]!]! += value;
    sums.magnitude[target[i]!]! += Math.abs(value);
    sums.terms[target[i]!]! += 1;
  });
  return sums;
}

/** The best elements that go to one place, and how far along the axis, where there is one, the first of them stands. */
function bestOf({ shape, axes, kept, target }: Reduction, data: KernelValues["data"], isBest: typeof isLarger) {
  const best = new Float64Array(sizeOf(kept)).fill(isBest === isLarger ? -Infinity : Infinity);
  const places = new Int32Array(best.length);
  const inner = sizeOf(shape.slice(axes[0]! + 1));
  data.forEach((value: number, i: number) => {
    const at = target[i]!;
    if (!isBest(value, best[at]!)) return;
    best[at] = value;
    places[at] = Math.floor(i / inner) % shape[axes[0]!]!;
  });
  return { best, places };
}

const isLarger = (a: number, b: number): boolean => a > b;
const isSmaller = (a: number, b: number): boolean => a < b;

/** Attributes of every reduction: `Max` alone has a name of its own for the axes. */
const along = (axes: readonly number[], keepDims = false) => ({ axis: axes, reductionIndices: axes, keepDims });

function expectWithinBound(worst: WorstError): void {
  expect(worst).toSatisfy(({ overBound }) => overBound <= 1, `${worst.where}: ${worst.text}`);
}

/**
 * Reductions must agree with float64, and be exact where they can.
 * @param biasGradient name of the kernel that sums over every axis but that of the channels.
 */
export function describeReductions(engine: KernelEngine, biasGradient: string): void {
  const { name: engineName, cases } = engine;
  const run = (kernel: string, x: KernelValues, attrs: object): KernelValues => runSingle(engine, kernel, { x }, attrs);

  /** Over random reductions, that none finds something wrong. */
  const expectNoDifferences = (stream: string, look: (random: RandomCase, reduction: Reduction) => string[]): void => {
    const differences: string[] = [];
    for (let index = 0; index < cases; index++) {
      const random = new RandomCase(stream, index);
      differences.push(...look(random, randomReduction(random)));
    }
    expect(differences.slice(0, 5)).toEqual([]);
  };

  describe(`reductions on ${engineName}`, () => {
    it.each(["Sum", "Mean"])(`%s agrees with float64 over ${cases} random reductions`, (kernel) => {
      const worst = new WorstError();
      expectNoDifferences(kernel, (random, reduction) => {
        const { label, shape, axes, kept } = reduction;
        const x: KernelValues = { shape, data: random.floats(sizeOf(shape)) };
        const y = run(kernel, x, along(axes));
        const sums = sumsOf(reduction, x.data);
        const count = x.data.length / sums.data.length;
        for (const numbers of kernel === "Mean" ? [sums.data, sums.magnitude] : []) {
          numbers.forEach((value, i) => (numbers[i] = value / count));
        }
        worst.addSums(label, y.data, sums, kernel === "Mean" ? 2 : 0);
        return y.shape.join() === kept.join() ? [] : [`${label}: got shape [${y.shape.join()}]`];
      });
      expectWithinBound(worst);
    });

    it(`Prod agrees with float64 over ${cases} random reductions`, () => {
      const worst = new WorstError();
      expectNoDifferences("Prod", (random, { label, shape, axes, kept, target }) => {
        // Twenty thousand such factors are far from the ends of the range.
        const x: KernelValues = { shape, data: random.floats(sizeOf(shape)).map((value) => 1 + value * 1e-3) };
        const y = run("Prod", x, along(axes));
        const products = new Float64Array(sizeOf(kept)).fill(1);
        x.data.forEach((value: number, i: number) => (products[target[i]!]! *= value));
        // Every factor but the first rounds once.
        const roundings = (x.data.length / products.length) * UNIT;
        products.forEach((exact, i) =>
          worst.addValue(label, y.data[i]!, exact, (roundings / (1 - roundings)) * exact, exact),
        );
        return [];
      });
      expectWithinBound(worst);
    });

    it.each([
      ["Max", isLarger],
      ["Min", isSmaller],
    ] as const)(`%s, and the place of it, is exact over ${cases} random reductions`, (kernel, isBest) => {
      expectNoDifferences(kernel, (random, reduction) => {
        const { label, shape, axes, kept } = reduction;
        // Few different values, so that several are the largest.
        const floats = random.floats(sizeOf(shape), 8).map(Math.round);
        const data = random.chance(0.3) ? Int32Array.from(floats) : floats;
        const ofOne = reductionOf(shape, axes.slice(0, 1));
        const { best } = bestOf(reduction, data, isBest);
        const { places } = bestOf(ofOne, data, isBest);
        const argument = run(`Arg${kernel}`, { shape, data }, { axis: axes[0] });
        return [
          ...differenceFrom(label, run(kernel, { shape, data }, along(axes)), { shape: kept, data: best }),
          ...differenceFrom(`place of ${label}`, argument, { shape: ofOne.kept, data: places }),
        ];
      });
    });

    it.each([
      ["Any", (count: number) => count > 0],
      ["All", (count: number, of: number) => count === of],
    ] as const)(`%s is exact over ${cases} random reductions`, (kernel, decide) => {
      expectNoDifferences(kernel, (random, reduction) => {
        const { label, shape, axes, kept } = reduction;
        const rare = Uint8Array.from(random.floats(sizeOf(shape)), (value) => Number(value > 0.8));
        const data = kernel === "All" ? rare.map((value) => 1 - value) : rare;
        const counts = sumsOf(reduction, data).data;
        const each = data.length / counts.length;
        const expected = Array.from(counts, (count) => Number(decide(count, each)));
        return differenceFrom(label, run(kernel, { shape, data }, along(axes)), { shape: kept, data: expected });
      });
    });

    it.each(["Sum", "Prod"])(`%s is exact on int32 and bool over ${cases} random reductions`, (kernel) => {
      expectNoDifferences(`int32 ${kernel}`, (random, { label, shape, axes, kept, target }) => {
        const isBool = random.chance(0.3);
        const most = isBool ? 1 : kernel === "Prod" ? 2 : 2 ** 31 - 1;
        const ints = random.ints(sizeOf(shape), isBool ? 0 : -most, most);
        const results = new Float64Array(sizeOf(kept)).fill(kernel === "Prod" ? 1 : 0);
        ints.forEach((value, i) => {
          const at = target[i]!;
          results[at] = kernel === "Prod" ? results[at]! * value : results[at]! + value;
        });
        const y = run(kernel, { shape, data: isBool ? Uint8Array.from(ints) : ints }, along(axes));
        // Sums of fewer than 2^22 such numbers are exact as doubles, and powers of two always.
        return differenceFrom(label, y, { shape: kept, data: Int32Array.from(results) });
      });
    });

    it("takes the mean of int32 and bool as float32", () => {
      const ints = run("Mean", { shape: [4], data: Int32Array.of(1, 2, 3, 5) }, along([0], true));
      expect(ints).toEqual({ shape: [1], data: Float32Array.of(2.75) });
      const bools = run("Mean", { shape: [4], data: Uint8Array.of(1, 0, 0, 0) }, along([0]));
      expect(bools.data).toEqual(Float32Array.of(0.25));
    });

    it.each(["Max", "Min", "Sum"])("%s answers NaN where an element is NaN, wherever it stands", (kernel) => {
      for (const at of [0, 5, 299]) {
        const data = Float32Array.from({ length: 300 }, (_, i) => (i === at ? NaN : i - 150));
        expect({ at, y: run(kernel, { shape: [300], data }, along([0])).data[0] }).toEqual({ at, y: NaN });
      }
    });

    it("looks for the largest beside NaN as tfjs does: nothing is larger than one in front", () => {
      const place = (kernel: string, ...values: number[]) =>
        run(kernel, { shape: [values.length], data: Float32Array.from(values) }, { axis: 0 }).data[0];
      expect(place("ArgMax", NaN, 3, 9)).toBe(0);
      expect(place("ArgMax", 1, NaN, 9, 9)).toBe(2);
      expect(place("ArgMin", -1, -1, NaN)).toBe(0);
    });

    it.each([
      ["Sum", 0],
      ["Mean", 0],
      ["Prod", 1],
      ["Max", NaN],
      ["Min", NaN],
    ])("gives %s of nothing", (kernel, expected) => {
      const y = run(kernel, { shape: [2, 0], data: new Float32Array(0) }, along([1]));
      expect([...y.data]).toEqual([expected, expected]);
    });

    it.each(["Cumsum", "Cumprod"])(`%s agrees with float64 over ${cases} random tensors`, (kernel) => {
      const worst = new WorstError();
      for (let index = 0; index < cases; index++) {
        const random = new RandomCase(kernel, index);
        const shape = randomShape(random, 1);
        const axis = random.between(0, shape.length - 1);
        const attrs = { axis, exclusive: random.chance(0.5), reverse: random.chance(0.5) };
        const x: KernelValues = { shape, data: random.floats(sizeOf(shape)).map((value) => 0.9 + 0.2 * value) };
        const y = run(kernel, x, attrs);
        const [extent, inner] = [shape[axis]!, sizeOf(shape.slice(axis + 1))];
        for (let line = 0; line < x.data.length / extent; line++) {
          const start = Math.floor(line / inner) * extent * inner + (line % inner);
          let running = kernel === "Cumsum" ? 0 : 1;
          for (let step = 0; step < extent; step++) {
            const at = start + (attrs.reverse ? extent - 1 - step : step) * inner;
            const before = running;
            running = kernel === "Cumsum" ? running + x.data[at]! : running * x.data[at]!;
            const exact = attrs.exclusive ? before : running;
            const bound = (step + 1) * 1.001 * UNIT * exact;
            worst.addValue(JSON.stringify({ shape, ...attrs }), y.data[at]!, exact, bound, exact);
          }
        }
      }
      expectWithinBound(worst);
    });

    it(`sums every axis but that of channels over ${cases} random tensors`, () => {
      const worst = new WorstError();
      for (let index = 0; index < cases; index++) {
        const random = new RandomCase("bias gradient", index);
        const spatial = random.oneOf([[], [random.extent(70)], [3, random.extent()], [100, 100]]);
        const shape = [random.between(1, 5), random.extent(sizeOf(spatial) > 1000 ? 4 : 33), ...spatial];
        const dy: KernelValues = { shape, data: random.floats(sizeOf(shape)) };
        const others = shape.map((_, axis) => axis).filter((axis) => axis !== 1);
        const sums = sumsOf(reductionOf(shape, others), dy.data);
        worst.addSums(`[${shape.join()}]`, runSingle(engine, biasGradient, { dy }).data, sums);
      }
      expectWithinBound(worst);
    });
  });
}

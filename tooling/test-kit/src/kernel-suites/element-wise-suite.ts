import { describe, expect, it } from "vitest";
import {
  argument,
  arithmeticFunctions,
  comparisonFunctions,
  unaryFunctions,
  type BinaryFunction,
} from "../exact-functions.ts";
import { broadcastPlaces, randomBroadcast, randomShape } from "../random-broadcast.ts";
import { RandomCase, sizeOf } from "../random-case.ts";
import { WorstError } from "../worst-error.ts";
import { differenceFrom, runSingle, type KernelEngine, type KernelValues } from "./kernel-engine.ts";

/** Functions of two whole numbers that must be exact, and wrap around. */
const INTEGER_FUNCTIONS: readonly BinaryFunction[] = [
  { kernel: "Add", exact: (a, b) => (a + b) | 0 },
  { kernel: "Sub", exact: (a, b) => (a - b) | 0 },
  { kernel: "Multiply", exact: Math.imul },
  { kernel: "Maximum", exact: Math.max },
  { kernel: "Minimum", exact: Math.min },
  { kernel: "SquaredDifference", exact: (a, b) => Math.imul((a - b) | 0, (a - b) | 0) },
  { kernel: "BitwiseAnd", exact: (a, b) => a & b },
  { kernel: "FloorDiv", exact: (a, b) => Math.floor(a / b) | 0 },
  { kernel: "Mod", exact: (a, b) => (b === 0 ? 0 : (a % b) + (a % b !== 0 && a % b < 0 !== b < 0 ? b : 0)) | 0 },
];

/** Halves, numbers beyond int32, and no numbers. */
// prettier-ignore
const FLOATS = Float32Array.of(
  0, -0, 0.9, -0.9, 2.5, -2.5, 3e9, -3e9, 2147483647, 1e12, -1e30, NaN, Infinity, -Infinity,
);

/** For every element of a broadcast result the elements that it is of. */
function pairsOf(a: KernelValues, b: KernelValues, shape: readonly number[]): [number, number][] {
  const [atA, atB] = [broadcastPlaces(a.shape, shape), broadcastPlaces(b.shape, shape)];
  return Array.from(atA, (place, i) => [a.data[place]!, b.data[atB[i]!]!]);
}

/**
 * Element-wise functions must be as exact as the engine says, and convert and choose exactly.
 * @param ulps largest error of every function, in units in the last place; 0.5 is correctly rounded.
 */
export function describeElementWise(engine: KernelEngine, ulps: Readonly<Record<string, number>>): void {
  const { name: engineName, cases } = engine;
  const run = (kernel: string, inputs: Readonly<Record<string, KernelValues>>, attrs?: object): KernelValues =>
    runSingle(engine, kernel, inputs, attrs);
  const bounded = <Function extends { readonly kernel: string }>(functions: readonly Function[]) =>
    functions.map((one) => ({ ...one, ulps: ulps[one.kernel]! }));

  describe(`functions of one tensor on ${engineName}`, () => {
    it.each(bounded(unaryFunctions))(
      `$kernel is within $ulps units in the last place over ${cases} random tensors`,
      ({ kernel, attrs, exact, ulps: allowed, domain }) => {
        const worst = new WorstError();
        // Tails of every length, and now and then more than one block's worth.
        const tails = Math.min(70, cases / 2);
        for (let index = 0; index < cases; index++) {
          const random = new RandomCase(kernel, index);
          const count = index < tails ? index + 1 : random.extent(index % 4 === 0 ? 2000 : 70);
          const data = Float32Array.from({ length: count }, () => argument(random, domain));
          const y = run(kernel, { x: { shape: [count], data } }, attrs);
          for (let i = 0; i < count; i++) worst.addRounded(kernel, y.data[i]!, exact(data[i]!), allowed, data[i]!);
        }
        expect(worst).toSatisfy(({ overBound }) => overBound <= 1, `${worst.where}: ${worst.text}`);
      },
    );

    it.each(unaryFunctions)(
      "$kernel answers NaN, infinities and zeros as JavaScript does",
      ({ kernel, attrs, exact }) => {
        const specials = [NaN, Infinity, -Infinity, 0, -0];
        const data = Float32Array.from({ length: 35 }, (_, i) => specials[i % 5]!);
        const y = run(kernel, { x: { shape: [35], data } }, attrs);
        data.forEach((x, i) => {
          // tfjs's step gives NaN for NaN, and its sign 0.
          const ofNaN = kernel === "Step" ? NaN : kernel === "Sign" ? 0 : exact(x);
          const expected = Number.isNaN(x) ? ofNaN : exact(x);
          // The sign of a zero is left open.
          expect({ x, y: y.data[i]! + 0 }).toEqual({ x, y: Math.fround(expected) + 0 });
        });
      },
    );

    it.each([
      ["Neg", (x: number) => -x | 0],
      ["Abs", (x: number) => Math.abs(x) | 0],
      ["Square", (x: number) => Math.imul(x, x)],
      ["Relu", (x: number) => Math.max(x, 0)],
      ["Relu6", (x: number) => Math.min(Math.max(x, 0), 6)],
      ["Sign", (x: number) => Math.sign(x)],
    ])("%s is exact on int32 and wraps around", (kernel, exact) => {
      const data = Int32Array.of(0, 1, -1, 5, 7, -7, 65536, 2147483647, -2147483648, 46341);
      expect(run(kernel, { x: { shape: [10], data } }).data).toEqual(data.map((x) => exact(x)));
    });

    it.each([
      ["IsNan", Number.isNaN],
      ["IsInf", (x: number) => Math.abs(x) === Infinity],
      ["IsFinite", Number.isFinite],
    ] as const)("%s gives 0 and 1", (kernel, is) => {
      const data = Float32Array.of(NaN, Infinity, -Infinity, 0, 3.4028234663852886e38, -1e-45);
      const expected = Uint8Array.from(data, (x) => Number(is(x)));
      expect(run(kernel, { x: { shape: [6], data } }).data).toEqual(expected);
    });
  });

  describe(`broadcast functions of two tensors on ${engineName}`, () => {
    it.each(bounded([...arithmeticFunctions, ...comparisonFunctions]))(
      `$kernel is within $ulps units in the last place over ${cases} random pairs of shapes`,
      ({ kernel, exact, ulps: allowed }) => {
        const worst = new WorstError();
        for (let index = 0; index < cases; index++) {
          const random = new RandomCase(kernel, index);
          const shapes = randomBroadcast(random);
          const drawn = (shape: readonly number[]): KernelValues => {
            const isSigned = kernel !== "Pow";
            const data = Float32Array.from({ length: sizeOf(shape) }, () => {
              const value = random.chance(0.2) ? 1 : argument(random, "moderate");
              return isSigned && random.chance(0.5) ? -value : value;
            });
            return { shape, data };
          };
          const [a, b] = [drawn(shapes.a), drawn(shapes.b)];
          const y = run(kernel, kernel === "Prelu" ? { x: a, alpha: b } : { a, b });
          const label = `${kernel} of ${JSON.stringify(shapes)}`;
          if (y.shape.join() !== shapes.y.join()) throw new Error(`${label}: got shape [${y.shape.join()}]`);
          for (const [i, [left, right]] of pairsOf(a, b, shapes.y).entries()) {
            worst.addRounded(label, y.data[i]!, exact(left, right), allowed, left, right);
          }
        }
        expect(worst).toSatisfy(({ overBound }) => overBound <= 1, `${worst.where}: ${worst.text}`);
      },
    );

    it.each(INTEGER_FUNCTIONS)(
      `$kernel is exact on int32 over ${cases} random pairs of shapes`,
      ({ kernel, exact }) => {
        const differences: string[] = [];
        for (let index = 0; index < cases; index++) {
          const random = new RandomCase(`int32 ${kernel}`, index);
          const shapes = randomBroadcast(random);
          const most = random.oneOf([5, 30_000, 2147483647]);
          const a: KernelValues = { shape: shapes.a, data: random.ints(sizeOf(shapes.a), -most, most) };
          const b: KernelValues = { shape: shapes.b, data: random.ints(sizeOf(shapes.b), -most, most) };
          const data = pairsOf(a, b, shapes.y).map(([left, right]) => exact(left, right));
          differences.push(...differenceFrom(JSON.stringify(shapes), run(kernel, { a, b }), { shape: shapes.y, data }));
        }
        expect(differences.slice(0, 5)).toEqual([]);
      },
    );

    it("Mod has the sign of the divisor", () => {
      const a = { shape: [6], data: Float32Array.of(7, -7, 7, -7, 6, -0.5) };
      const b = { shape: [6], data: Float32Array.of(3, 3, -3, -3, 3, 2) };
      expect(Array.from(run("Mod", { a, b }).data)).toEqual([1, 2, -2, -1, 0, 1.5]);
    });

    it("Pow answers as JavaScript where C does not", () => {
      const a = { shape: [4], data: Float32Array.of(1, -1, 1, NaN) };
      const b = { shape: [4], data: Float32Array.of(NaN, Infinity, -Infinity, 0) };
      expect(Array.from(run("Pow", { a, b }).data)).toEqual([NaN, NaN, NaN, 1]);
    });

    it("chooses by condition exactly", () => {
      const differences: string[] = [];
      for (let index = 0; index < cases; index++) {
        const random = new RandomCase("select", index);
        const shape = randomShape(random, 1);
        const condition: KernelValues = { shape, data: Uint8Array.from(random.ints(sizeOf(shape), 0, 1)) };
        const floats = (): KernelValues => ({ shape, data: random.floats(sizeOf(shape)) });
        const [t, e] = [floats(), floats()];
        const data = Float32Array.from(condition.data, (value, i) => (value === 1 ? t : e).data[i]!);
        differences.push(...differenceFrom(`[${shape.join()}]`, run("Select", { condition, t, e }), { shape, data }));
      }
      expect(differences.slice(0, 5)).toEqual([]);
    });
  });

  describe(`conversions on ${engineName}`, () => {
    it.each([
      ["float32", "int32", FLOATS, Int32Array.from(FLOATS)],
      ["float32", "bool", FLOATS, Uint8Array.from(FLOATS, (x) => (x === 0 ? 0 : 1))],
      ["int32", "float32", Int32Array.of(0, -5, 16777217), Float32Array.of(0, -5, 16777216)],
      ["int32", "bool", Int32Array.of(0, -5, 7), Uint8Array.of(0, 1, 1)],
      ["bool", "float32", Uint8Array.of(0, 1, 1), Float32Array.of(0, 1, 1)],
      ["bool", "int32", Uint8Array.of(0, 1, 1), Int32Array.of(0, 1, 1)],
    ])("from %s to %s are a typed array's", (_, dtype, data, expected) => {
      expect(run("Cast", { x: { shape: [data.length], data } }, { dtype }).data).toEqual(expected);
    });

    it(`of ${cases} random tensors are a typed array's`, () => {
      const differences: string[] = [];
      for (let index = 0; index < cases; index++) {
        const random = new RandomCase("cast", index);
        const shape = randomShape(random);
        const floats = random.floats(sizeOf(shape), random.oneOf([3, 1e4, 1e9]));
        const ints = random.ints(sizeOf(shape), -(2 ** 31), 2 ** 31 - 1);
        const toInts = run("Cast", { x: { shape, data: floats } }, { dtype: "int32" });
        const toFloats = run("Cast", { x: { shape, data: ints } }, { dtype: "float32" });
        differences.push(
          ...differenceFrom("to int32", toInts, { shape, data: Int32Array.from(floats) }),
          ...differenceFrom("to float32", toFloats, { shape, data: Float32Array.from(ints) }),
        );
      }
      expect(differences.slice(0, 5)).toEqual([]);
    });
  });

  describe(`fills on ${engineName}`, () => {
    it.each([
      ["float32", 1.5],
      ["float32", 0],
      ["float32", NaN],
      ["int32", -7],
      ["bool", 1],
    ] as const)("of %s with %d reach every element", (dtype, value) => {
      for (const shape of [[], [1], [3], [5, 7], [1030]]) {
        const y = run("Fill", {}, { shape, value, dtype });
        const all = y.data.length === sizeOf(shape) && y.data.every((element) => Object.is(element, value));
        expect({ shape: y.shape, all }).toEqual({ shape, all: true });
      }
    });
  });
}

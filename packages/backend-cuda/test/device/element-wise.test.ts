import {
  argument,
  arithmeticFunctions,
  broadcastPlaces,
  comparisonFunctions,
  randomBroadcast,
  RandomCase,
  randomShape,
  sizeOf,
  unaryFunctions,
  WorstError,
} from "@camada/test-kit";
import { describe, expect, it } from "vitest";
import { CASES } from "./cases.ts";
import { differenceFrom, runSingle, type Values } from "./run-kernel.ts";
import { ULPS } from "./ulps.ts";

/** Functions with the error that the device may have, in units in the last place. */
const bounded = <Function extends { readonly kernel: string }>(functions: readonly Function[]) =>
  functions.map((one) => ({ ...one, ulps: ULPS[one.kernel]! }));

describe("functions of one tensor on the device", () => {
  it.each(bounded(unaryFunctions))(
    `$kernel is within $ulps units in the last place over ${CASES} random tensors`,
    ({ kernel, attrs, exact, ulps, domain }) => {
      const worst = new WorstError();
      for (let index = 0; index < CASES; index++) {
        const random = new RandomCase(kernel, index);
        const count = index < 10 ? index + 1 : random.extent(2000);
        const data = Float32Array.from({ length: count }, () => argument(random, domain));
        const y = runSingle(kernel, { x: { shape: [count], data } }, attrs);
        for (let i = 0; i < count; i++) worst.addRounded(kernel, y.data[i]!, exact(data[i]!), ulps, data[i]!);
      }
      expect(worst).toSatisfy(({ overBound }) => overBound <= 1, `${worst.where}: ${worst.text}`);
    },
  );

  it.each(unaryFunctions)(
    "$kernel answers NaN, infinities and zeros as JavaScript does",
    ({ kernel, attrs, exact }) => {
      const specials = Float32Array.of(NaN, Infinity, -Infinity, 0, -0);
      const y = runSingle(kernel, { x: { shape: [5], data: specials } }, attrs);
      specials.forEach((x, i) => {
        // tfjs's step gives NaN for NaN, and its sign 0.
        const expected =
          Number.isNaN(x) && kernel === "Step" ? NaN : Number.isNaN(x) && kernel === "Sign" ? 0 : exact(x);
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
    expect(runSingle(kernel, { x: { shape: [10], data } }).data).toEqual(data.map((x) => exact(x)));
  });

  it.each(["IsNan", "IsInf", "IsFinite"])("%s gives 0 and 1", (kernel) => {
    const data = Float32Array.of(NaN, Infinity, -Infinity, 0, 3.4028234663852886e38, -1e-45);
    const exact = { IsNan: Number.isNaN, IsInf: (x: number) => Math.abs(x) === Infinity, IsFinite: Number.isFinite };
    const expected = Uint8Array.from(data, (x) => Number(exact[kernel as keyof typeof exact](x)));
    expect(runSingle(kernel, { x: { shape: [6], data } }).data).toEqual(expected);
  });
});

describe("broadcast functions of two tensors on the device", () => {
  it.each(bounded([...arithmeticFunctions, ...comparisonFunctions]))(
    `$kernel is within $ulps units in the last place over ${CASES} random pairs of shapes`,
    ({ kernel, exact, ulps }) => {
      const worst = new WorstError();
      for (let index = 0; index < CASES; index++) {
        const random = new RandomCase(kernel, index);
        const shapes = randomBroadcast(random);
        const drawn = (shape: readonly number[]) =>
          Float32Array.from({ length: sizeOf(shape) }, () => (random.chance(0.2) ? 1 : argument(random, "moderate")));
        const signed = (values: Float32Array) =>
          kernel === "Pow" ? values : values.map((value) => (random.chance(0.5) ? value : -value));
        const a: Values = { shape: shapes.a, data: signed(drawn(shapes.a)) };
        const b: Values = { shape: shapes.b, data: signed(drawn(shapes.b)) };
        const y = runSingle(kernel, kernel === "Prelu" ? { x: a, alpha: b } : { a, b });
        const label = `${kernel} of ${JSON.stringify(shapes)}`;
        if (y.shape.join() !== shapes.y.join()) throw new Error(`${label}: got shape [${y.shape.join()}]`);
        const [atA, atB] = [broadcastPlaces(shapes.a, shapes.y), broadcastPlaces(shapes.b, shapes.y)];
        for (let i = 0; i < atA.length; i++) {
          const [left, right] = [a.data[atA[i]!]!, b.data[atB[i]!]!];
          worst.addRounded(label, y.data[i]!, exact(left, right), ulps, left, right);
        }
      }
      expect(worst).toSatisfy(({ overBound }) => overBound <= 1, `${worst.where}: ${worst.text}`);
    },
  );

  it.each([
    ["Add", (a: number, b: number) => (a + b) | 0],
    ["Sub", (a: number, b: number) => (a - b) | 0],
    ["Multiply", Math.imul],
    ["Maximum", Math.max],
    ["Minimum", Math.min],
    ["SquaredDifference", (a: number, b: number) => Math.imul((a - b) | 0, (a - b) | 0)],
    ["BitwiseAnd", (a: number, b: number) => a & b],
    ["FloorDiv", (a: number, b: number) => Math.floor(a / b) | 0],
    ["Mod", (a: number, b: number) => (b === 0 ? 0 : (a % b) + (a % b !== 0 && a % b < 0 !== b < 0 ? b : 0)) | 0],
  ])(`%s is exact on int32 over ${CASES} random pairs of shapes`, (kernel, exact) => {
    const differences: string[] = [];
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase(`int32 ${kernel}`, index);
      const shapes = randomBroadcast(random);
      const most = random.oneOf([5, 30_000, 2147483647]);
      const a: Values = { shape: shapes.a, data: random.ints(sizeOf(shapes.a), -most, most) };
      const b: Values = { shape: shapes.b, data: random.ints(sizeOf(shapes.b), -most, most) };
      const y = runSingle(kernel, { a, b });
      const [atA, atB] = [broadcastPlaces(shapes.a, shapes.y), broadcastPlaces(shapes.b, shapes.y)];
      const expected = atA.map((place, i) => exact(a.data[place]!, b.data[atB[i]!]!));
      differences.push(...differenceFrom(JSON.stringify(shapes), y, shapes.y, expected));
    }
    expect(differences.slice(0, 5)).toEqual([]);
  });

  it("Mod has the sign of the divisor", () => {
    const a = { shape: [6], data: Float32Array.of(7, -7, 7, -7, 6, -0.5) };
    const b = { shape: [6], data: Float32Array.of(3, 3, -3, -3, 3, 2) };
    expect(Array.from(runSingle("Mod", { a, b }).data)).toEqual([1, 2, -2, -1, 0, 1.5]);
  });

  it("Pow answers as JavaScript where C does not", () => {
    const a = { shape: [4], data: Float32Array.of(1, -1, 1, NaN) };
    const b = { shape: [4], data: Float32Array.of(NaN, Infinity, -Infinity, 0) };
    expect(Array.from(runSingle("Pow", { a, b }).data)).toEqual([NaN, NaN, NaN, 1]);
  });

  it("chooses by condition exactly", () => {
    const differences: string[] = [];
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase("select", index);
      const shape = randomShape(random, 1);
      const condition: Values = { shape, data: Uint8Array.from(random.ints(sizeOf(shape), 0, 1)) };
      const floats = (): Values => ({ shape, data: random.floats(sizeOf(shape)) });
      const [t, e] = [floats(), floats()];
      const y = runSingle("Select", { condition, t, e });
      const expected = Float32Array.from(condition.data, (value, i) => (value === 1 ? t : e).data[i]!);
      differences.push(...differenceFrom(`[${shape.join()}]`, y, shape, expected));
    }
    expect(differences.slice(0, 5)).toEqual([]);
  });
});

describe("conversions on the device", () => {
  const floats = Float32Array.of(
    0,
    -0,
    0.9,
    -0.9,
    2.5,
    -2.5,
    3e9,
    -3e9,
    2147483647,
    1e12,
    -1e30,
    NaN,
    Infinity,
    -Infinity,
  );

  it.each([
    ["float32", "int32", floats, Int32Array.from(floats)],
    ["float32", "bool", floats, Uint8Array.from(floats, (x) => (x === 0 ? 0 : 1))],
    ["int32", "float32", Int32Array.of(0, -5, 16777217), Float32Array.of(0, -5, 16777216)],
    ["int32", "bool", Int32Array.of(0, -5, 7), Uint8Array.of(0, 1, 1)],
    ["bool", "float32", Uint8Array.of(0, 1, 1), Float32Array.of(0, 1, 1)],
    ["bool", "int32", Uint8Array.of(0, 1, 1), Int32Array.of(0, 1, 1)],
  ])("from %s to %s are a typed array's", (_, dtype, data, expected) => {
    const y = runSingle("Cast", { x: { shape: [data.length], data } }, { dtype });
    expect(y.data).toEqual(expected);
  });
});

describe("fills on the device", () => {
  it.each([
    ["float32", 1.5],
    ["float32", 0],
    ["float32", NaN],
    ["int32", -7],
    ["bool", 1],
  ] as const)("of %s with %d reach every element", (dtype, value) => {
    for (const shape of [[], [1], [3], [5, 7], [1030]]) {
      const y = runSingle("Fill", {}, { shape, value, dtype });
      expect({ shape: y.shape, all: y.data.every((element) => Object.is(element, value)) }).toEqual({
        shape,
        all: true,
      });
    }
  });
});

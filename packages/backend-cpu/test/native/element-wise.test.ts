import {
  argument,
  arithmeticFunctions,
  broadcastPlaces,
  CASES,
  comparisonFunctions,
  randomBroadcast,
  RandomCase,
  randomShape,
  sizeOf,
  unaryFunctions,
  WorstError,
} from "@camada/test-kit";
import { describe, expect, it } from "vitest";
import { differenceFrom, differingThreads, runNativeSingle, type Values } from "./native-run.ts";
import { ROUNDED_ONCE, ULPS } from "./ulps.ts";

/** Functions with the error that native code may have, in units in the last place. */
const bounded = <Function extends { readonly kernel: string }>(functions: readonly Function[]) =>
  functions.map((one) => ({ ...one, ulps: ULPS[one.kernel]! }));

const UNARY = bounded(unaryFunctions);
const BINARY = bounded([...arithmeticFunctions, ...comparisonFunctions]);

describe("functions of one tensor on the native engine", () => {
  it.each(UNARY)(
    `$kernel is within $ulps units in the last place over up to ${CASES} random tensors`,
    ({ kernel, attrs, exact, ulps, domain }) => {
      const worst = new WorstError();
      // What calls the C library for every element is not fast, and has no tails.
      const cases = ulps === ROUNDED_ONCE ? CASES / 10 : CASES;
      for (let index = 0; index < cases; index++) {
        const random = new RandomCase(kernel, index);
        const count = index < 70 ? index + 1 : random.extent(70);
        const data = Float32Array.from({ length: count }, () => argument(random, domain));
        const y = runNativeSingle(kernel, { x: { shape: [count], data } }, attrs);
        for (let i = 0; i < count; i++) worst.addRounded(kernel, y.data[i]!, exact(data[i]!), ulps, data[i]!);
      }
      expect(worst).toSatisfy(({ overBound }) => overBound <= 1, `${worst.where}: ${worst.text}`);
    },
  );

  it.each(UNARY)("$kernel answers NaN, infinities and zeros as JavaScript does", ({ kernel, attrs, exact }) => {
    const specials = Float32Array.of(NaN, Infinity, -Infinity, 0, -0);
    const wide = Float32Array.from({ length: 35 }, (_, i) => specials[i % 5]!);
    const y = runNativeSingle(kernel, { x: { shape: [35], data: wide } }, attrs);
    wide.forEach((x, i) => {
      // tfjs's step gives NaN for NaN, and its sign 0.
      const expected = Number.isNaN(x) && kernel === "Step" ? NaN : Number.isNaN(x) && kernel === "Sign" ? 0 : exact(x);
      // The sign of a zero is left open.
      expect({ x, y: y.data[i]! + 0 }).toEqual({ x, y: Math.fround(expected) + 0 });
    });
  });
});

describe("broadcast functions of two tensors on the native engine", () => {
  it.each(BINARY)(
    `$kernel is within $ulps units in the last place over ${CASES} random pairs of shapes`,
    ({ kernel, exact, ulps }) => {
      const worst = new WorstError();
      for (let index = 0; index < CASES; index++) {
        const random = new RandomCase(kernel, index);
        const shapes = randomBroadcast(random);
        const data = (shape: readonly number[]) =>
          Float32Array.from({ length: sizeOf(shape) }, () => (random.chance(0.2) ? 1 : argument(random, "moderate")));
        const signed = (values: Float32Array) =>
          kernel === "Pow" ? values : values.map((value) => (random.chance(0.5) ? value : -value));
        const a: Values = { shape: shapes.a, data: signed(data(shapes.a)) };
        const b: Values = { shape: shapes.b, data: signed(data(shapes.b)) };
        const inputs: Record<string, Values> = kernel === "Prelu" ? { x: a, alpha: b } : { a, b };
        if (kernel === "Prelu" && sizeOf(a.shape) < sizeOf(shapes.y)) continue;
        const y = runNativeSingle(kernel, inputs);
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

  it.each(["Add", "Sub", "Multiply", "Maximum", "Minimum", "SquaredDifference"])(
    `%s is exact on int32 over ${CASES} random pairs of shapes`,
    (kernel) => {
      const { exact } = arithmeticFunctions.find((entry) => entry.kernel === kernel)!;
      const differences: string[] = [];
      for (let index = 0; index < CASES; index++) {
        const random = new RandomCase(`int32 ${kernel}`, index);
        const shapes = randomBroadcast(random);
        const a: Values = { shape: shapes.a, data: random.ints(sizeOf(shapes.a), -30_000, 30_000) };
        const b: Values = { shape: shapes.b, data: random.ints(sizeOf(shapes.b), -30_000, 30_000) };
        const y = runNativeSingle(kernel, { a, b });
        const [atA, atB] = [broadcastPlaces(shapes.a, shapes.y), broadcastPlaces(shapes.b, shapes.y)];
        const expected = atA.map((place, i) => exact(a.data[place]!, b.data[atB[i]!]!));
        differences.push(...differenceFrom(JSON.stringify(shapes), y, { shape: shapes.y, data: expected }));
      }
      expect(differences.slice(0, 5)).toEqual([]);
    },
  );

  it("chooses by condition exactly", () => {
    const differences: string[] = [];
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase("select", index);
      const shape = randomShape(random, 1);
      const condition: Values = { shape, data: Uint8Array.from(random.ints(sizeOf(shape), 0, 1)) };
      const [t, e] = [0, 1].map(() => ({ shape, data: random.floats(sizeOf(shape)) }));
      const y = runNativeSingle("Select", { condition, t: t!, e: e! });
      const expected = Float32Array.from(condition.data, (value, i) => (value === 1 ? t! : e!).data[i]!);
      differences.push(...differenceFrom(`[${shape.join()}]`, y, { shape, data: expected }));
    }
    expect(differences.slice(0, 5)).toEqual([]);
  });

  it.each(["Add", "Multiply", "RealDiv", "Pow", "Less"])("%s has the same bits at any number of threads", (kernel) => {
    const random = new RandomCase(`large ${kernel}`, 0);
    const a: Values = { shape: [40, 61, 83], data: random.floats(40 * 61 * 83, 3) };
    for (const shape of [[40, 61, 83], [61, 1], [83], []]) {
      const b: Values = { shape, data: random.floats(sizeOf(shape), 3) };
      expect(differingThreads(kernel, { a, b })).toEqual([]);
    }
  });

  it.each(UNARY)("$kernel has the same bits at any number of threads", ({ kernel, attrs, domain }) => {
    const random = new RandomCase(`large ${kernel}`, 0);
    const data = Float32Array.from({ length: 200_003 }, () => argument(random, domain));
    expect(differingThreads(kernel, { x: { shape: [data.length], data } }, attrs)).toEqual([]);
  });
});

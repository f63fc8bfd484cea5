import { UNIT } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";

const FUNCTIONS = {
  exp: { run: tf.exp, exact: Math.exp },
  expm1: { run: tf.expm1, exact: Math.expm1 },
  log1p: { run: tf.log1p, exact: Math.log1p },
  sigmoid: { run: tf.sigmoid, exact: (x: number) => 1 / (1 + Math.exp(-x)) },
  log: { run: tf.log, exact: Math.log },
  asinh: { run: tf.asinh, exact: Math.asinh },
  acosh: { run: (x: tf.Tensor1D) => tf.acosh(tf.add(x, 1)), exact: (x: number) => Math.acosh(Math.fround(x + 1)) },
  atanh: { run: tf.atanh, exact: Math.atanh },
  softplus: { run: tf.softplus, exact: (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))) },
};

/** Where functions have no answer: at these numbers and below, and at these and above. */
const ENDS: Partial<Record<keyof typeof FUNCTIONS, readonly [number, number]>> = {
  log1p: [-0.99, Infinity],
  log: [0, Infinity],
  acosh: [0, Infinity],
  atanh: [-1, 1],
};

/** From tiny to where exponentials end, of both signs. */
const SIZES = Array.from({ length: 1000 }, (_, i) => 2 ** (-60 + (66 * i) / 1000));
const NEAR_ONE = Array.from({ length: 44 }, (_, i) => 1 + (i % 2 === 0 ? 1 : -1) * 2 ** (-2 - (i >> 1)));

describe.each(Object.entries(FUNCTIONS))("%s", (name, { run, exact }) => {
  it("is right to a few units in the last place, near zero too", async () => {
    const [below, above] = ENDS[name as keyof typeof FUNCTIONS] ?? [-Infinity, Infinity];
    const all = Float32Array.from([...SIZES, ...NEAR_ONE, ...SIZES.map((size) => -size)]);
    const x = all.filter((value) => value > below && value < above);
    const y = await run(tf.tensor1d(x)).data();
    // WGSL allows `exp` 3 + 2 |x| units.
    const errors = Array.from(x, (value, i) => {
      const bound = (8 + 4 * Math.abs(value)) * UNIT;
      // At 0 over 0 there is nothing to compare by.
      return y[i] === exact(value) ? 0 : Math.abs(y[i]! / exact(value) - 1) / bound;
    });
    const worst = errors.indexOf(Math.max(...errors));
    expect(errors[worst], `of ${x[worst]}`).toBeLessThan(1);
  });

  it("keeps what is no number", async () => {
    expect(Array.from(await run(tf.tensor1d([NaN, 1])).data())[0]).toBeNaN();
  });
});

it("exp overflows and underflows where float32 does", async () => {
  const y = await tf.exp(tf.tensor1d([88.7228, 88.7229, Infinity, -87, -104, -Infinity])).data();
  expect(Math.abs(y[0]! / Math.exp(Math.fround(88.7228)) - 1)).toBeLessThan(4 * UNIT);
  expect(Math.abs(y[3]! / Math.exp(-87) - 1)).toBeLessThan(4 * UNIT);
  expect([y[1], y[2], y[4], y[5]]).toEqual([Infinity, Infinity, 0, 0]);
});

describe("logarithms", () => {
  it("end where their functions do", async () => {
    const [zero, one] = [tf.tensor1d([0, -0, Infinity, -1]), tf.tensor1d([1, -1, 1.5, -1.5])];
    expect(Array.from(await tf.log(zero).data())).toEqual([-Infinity, -Infinity, Infinity, NaN]);
    expect(Array.from(await tf.log1p(zero).data())).toEqual([0, -0, Infinity, -Infinity]);
    expect(Array.from(await tf.atanh(one).data())).toEqual([Infinity, -Infinity, NaN, NaN]);
    expect(Array.from(await tf.acosh(one).data()).slice(0, 2)).toEqual([0, NaN]);
  });
});

it("a function of whole numbers takes them for what they are", async () => {
  const y = await tf.exp(tf.tensor1d([0, 10], "int32")).data();
  expect(y[0]).toBe(1);
  expect(Math.abs(y[1]! / Math.exp(10) - 1)).toBeLessThan(1e-5);
});

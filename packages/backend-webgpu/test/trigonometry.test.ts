import { UNIT } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";

/** From tiny to the largest, of both signs, and those nearest to quarters of a turn. */
function angles(): Float32Array {
  const sizes = Array.from({ length: 4000 }, (_, i) => 2 ** (-60 + (187.9 * i) / 4000));
  const quarters = Array.from({ length: 500 }, (_, i) => (i + 1) * (Math.PI / 2));
  // Of all numbers of float32 this one is nearest to a whole number of quarters, by its size.
  const hardest = 16367173 * 2 ** 72;
  return Float32Array.from([...sizes, ...quarters, hardest].flatMap((size) => [size, -size]));
}

/** From tiny to one, of both signs, and near one. */
function sines(): Float32Array {
  const sizes = Array.from({ length: 2000 }, (_, i) => 2 ** (-60 + (60 * i) / 2000));
  const near = Array.from({ length: 24 }, (_, i) => 1 - 2 ** (-1 - i));
  return Float32Array.from([...sizes, ...near, 1].flatMap((size) => [size, -size]));
}

const FUNCTIONS = {
  sin: { run: tf.sin, exact: Math.sin, at: angles() },
  cos: { run: tf.cos, exact: Math.cos, at: angles() },
  tan: { run: tf.tan, exact: Math.tan, at: angles() },
  asin: { run: tf.asin, exact: Math.asin, at: sines() },
  acos: { run: tf.acos, exact: Math.acos, at: sines() },
};
/** Units in the last place: roundings of the rest, of the two sines and of their quotient, for which WGSL allows 2.5. */
const LIMIT = 8;

describe.each(Object.entries(FUNCTIONS))("%s", (_, { run, exact, at }) => {
  it("is right to a few units in the last place, however large or small", async () => {
    const y = await run(tf.tensor1d(at)).data();
    const errors = Array.from(at, (x, i) => Math.abs(y[i]! - exact(x)) / (Math.abs(exact(x)) || 1) / (2 * UNIT));
    const worst = errors.indexOf(Math.max(...errors));
    expect(errors[worst], `of ${at[worst]}: expected ${exact(at[worst]!)}, got ${y[worst]}`).toBeLessThan(LIMIT);
  });

  it("keeps what is no number, and gives it where there is no answer", async () => {
    const y = await run(tf.tensor1d([NaN, Infinity, -Infinity])).data();
    expect(Array.from(y)).toEqual([NaN, NaN, NaN]);
  });
});

it("asin and acos have no answer beyond one", async () => {
  const x = tf.tensor1d([1.0000001, -1.0000001]);
  expect(Array.from(await tf.asin(x).data())).toEqual([NaN, NaN]);
  expect(Array.from(await tf.acos(x).data())).toEqual([NaN, NaN]);
});

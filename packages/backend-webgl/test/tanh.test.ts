import { WorstError } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";

const LIMIT_ULPS = 4;

/** Float32 numbers of every magnitude from 1e-30 to 30, even counts a decade. */
function magnitudes(): Float32Array {
  const perDecade = 200;
  return Float32Array.from({ length: 32 * perDecade }, (_, i) => 10 ** (-30 + i / perDecade)).filter((x) => x < 30);
}

describe("tanh", () => {
  it("is within a few units in the last place at every magnitude, and odd", async () => {
    const arguments_ = magnitudes();
    const [positive, negative] = await Promise.all([
      tf.tanh(tf.tensor1d(arguments_)).data(),
      tf.tanh(tf.tensor1d(arguments_.map((x) => -x))).data(),
    ]);
    const worst = new WorstError();
    arguments_.forEach((x, i) => worst.addRounded("tanh", positive[i]!, Math.tanh(x), LIMIT_ULPS, x));
    expect(worst.overBound, `${worst.where}: ${worst.text}`).toBeLessThan(1);
    expect(negative).toEqual(positive.map((y) => -y));
  });

  it("is one at infinity, keeps zero and NaN", async () => {
    const y = await tf.tanh(tf.tensor1d([Infinity, -Infinity, 100, -100, 0, NaN])).data();
    expect([...y].map((value) => value + 0)).toEqual([1, -1, 1, -1, 0, NaN]);
  });

  it("takes tensors of every rank", async () => {
    for (const shape of [[], [3], [2, 3], [2, 3, 5], [2, 1, 3, 3], [1, 2, 2, 3, 3]]) {
      const x = tf.fill(shape, 0.25);
      const y = tf.tanh(x);
      expect(y.shape).toEqual(shape);
      for (const value of await y.data()) expect(Math.abs(value - Math.tanh(0.25))).toBeLessThan(1e-7);
    }
  });
});

import { UNIT } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";

/** Numbers of all magnitudes, of both signs; none so small that a device may take it for 0. */
function magnitudes(): Float32Array {
  const sizes: number[] = [];
  for (let exponent = -120; exponent < 8; exponent += 1 / 64) sizes.push(2 ** exponent);
  return Float32Array.from([...sizes, ...sizes.map((size) => -size)]);
}

describe("Tanh", () => {
  it("is right to four units in the last place at every magnitude", async () => {
    const x = magnitudes();
    const y = await valuesOf(tf.tanh(tf.tensor1d(x)));
    const errors = Array.from(x, (value, i) => Math.abs(y[i]! / Math.tanh(value) - 1));
    expect(Math.max(...errors)).toBeLessThan(8 * UNIT);
  });

  it("is odd to the bit", async () => {
    const x = magnitudes();
    const y = await valuesOf(tf.tanh(tf.tensor1d(x)));
    const half = x.length / 2;
    expect(y.slice(0, half)).toEqual(y.slice(half).map((value) => -value));
  });

  it("is one at infinity, and keeps zeros and what is no number", async () => {
    const y = await valuesOf(tf.tanh(tf.tensor1d([Infinity, -Infinity, 1e30, -1e30, 0, -0, NaN])));
    expect(Array.from(y)).toEqual([1, -1, 1, -1, 0, -0, NaN]);
  });

  it("takes an empty tensor, and one that fills several groups", async () => {
    expect(await valuesOf(tf.tanh(tf.zeros([0, 3])))).toHaveLength(0);
    const y = await valuesOf(tf.tanh(tf.fill([3, 5, 7, 11], 0.25)));
    expect(new Set(y)).toEqual(new Set([Math.fround(Math.tanh(0.25))]));
  });
});

async function valuesOf(tensor: tf.Tensor): Promise<Float32Array> {
  const values = await tensor.data<"float32">();
  tensor.dispose();
  return values;
}

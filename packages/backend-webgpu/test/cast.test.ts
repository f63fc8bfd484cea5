import { dense } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";

const valuesOf = async (tensor: tf.Tensor): Promise<number[]> => Array.from(await tensor.data());

describe("Cast", () => {
  it("makes floating-point numbers of whole ones, which every kernel can use", async () => {
    const whole = tf.tensor2d([[1, -2, 3], [4, 5, -6]], [2, 3], "int32"); // prettier-ignore
    const x = tf.cast(whole, "float32");
    expect(await valuesOf(tf.tanh(x))).toEqual(await valuesOf(tf.tanh(tf.tensor2d([[1, -2, 3], [4, 5, -6]])))); // prettier-ignore
    expect(await valuesOf(dense(x as tf.Tensor2D, tf.tensor2d([[1, 10, 100]])))).toEqual([281, -546]);
    expect(await valuesOf(tf.transpose(x))).toEqual([1, 4, -2, 5, 3, -6]);
    expect(await valuesOf(tf.reverse(x, 1))).toEqual([3, -2, 1, -6, 5, 4]);
  });

  it("makes numbers of truth values", async () => {
    const isPositive = tf.greater(tf.tensor1d([1, -1, 2]), 0);
    expect(await valuesOf(tf.sum(tf.cast(isPositive, "float32")))).toEqual([2]);
    const whole = await tf.cast(isPositive, "int32").data();
    expect(whole).toEqual(Int32Array.of(1, 0, 1));
  });

  it("drops what comes after the point, and gives 0 for what is no number", async () => {
    const x = tf.tensor1d([1.9, -1.9, 0.5, NaN, -7]);
    expect(await valuesOf(tf.cast(x, "int32"))).toEqual([1, -1, 0, 0, -7]);
    expect(await valuesOf(tf.cast(tf.tensor1d([0, 0.5, -2]), "bool"))).toEqual([0, 1, 1]);
    expect(await valuesOf(tf.cast(tf.tensor1d([0, 3, -2], "int32"), "bool"))).toEqual([0, 1, 1]);
  });
});

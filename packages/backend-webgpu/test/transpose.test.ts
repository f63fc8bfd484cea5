import { expectClose } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";

describe("transposing on WebGPU", () => {
  it.each([
    [
      [2, 3, 2],
      [0, 2, 1],
    ],
    [
      [2, 2, 3],
      [0, 2, 1],
    ],
    [
      [3, 3, 2],
      [0, 2, 1],
    ],
    [
      [2, 3, 4],
      [1, 2, 0],
    ],
    [
      [17, 33],
      [1, 0],
    ],
    [
      [3, 20, 18],
      [0, 2, 1],
    ],
  ])("%j by %j moves every element where it belongs", async (shape, perm) => {
    const size = shape.reduce((product, extent) => product * extent, 1);
    const x = tf.reshape(tf.range(0, size), shape);
    const y = tf.transpose(x, perm);
    const strides = shape.map((_, i) => shape.slice(i + 1).reduce((product, extent) => product * extent, 1));
    const expected = new Float32Array(size);
    for (let i = 0; i < size; i++) {
      let [rest, from] = [i, 0];
      for (let axis = perm.length - 1; axis >= 0; axis--) {
        from += (rest % shape[perm[axis]!]!) * strides[perm[axis]!]!;
        rest = Math.floor(rest / shape[perm[axis]!]!);
      }
      expected[i] = from;
    }
    expect([...(await y.data())]).toEqual([...expected]);
    expectClose(
      y.shape,
      perm.map((axis) => shape[axis]!),
    );
  });
});

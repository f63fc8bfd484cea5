import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";

const SHAPE = [2, 3, 1, 2, 4, 3];

/** The elements of a tensor with its axes turned, by their indices. */
function turned(values: readonly number[], shape: readonly number[], axes: readonly number[]): number[] {
  return values.map((_, to) => {
    let [rest, from, stride] = [to, 0, 1];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const extent = shape[axis]!;
      const place = rest % extent;
      from += stride * (axes.includes(axis) ? extent - 1 - place : place);
      rest = Math.floor(rest / extent);
      stride *= extent;
    }
    return values[from]!;
  });
}

describe("Reverse", () => {
  it.each([
    [1, [0]],
    [2, [1]],
    [3, [0, 2]],
    [4, [1, 3]],
    [5, [1, 3, 4]],
    [6, [0, 4, 5]],
    [6, [0, 1, 2, 3, 4, 5]],
  ])("of %i axes turns %j", async (rank, axes) => {
    const shape = SHAPE.slice(SHAPE.length - rank);
    const values = Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => i + 0.5);
    const y = tf.reverse(tf.tensor(values, shape), axes);
    expect(Array.from(await y.data())).toEqual(turned(values, shape, axes));
  });

  it("keeps the type, and a scalar as it is", async () => {
    const y = tf.reverse(tf.tensor1d([1, -2, 3], "int32"));
    expect(y.dtype).toBe("int32");
    expect(Array.from(await y.data())).toEqual([3, -2, 1]);
    expect(Array.from(await tf.reverse(tf.scalar(7)).data())).toEqual([7]);
  });
});

import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";

const SHAPE = [2, 1, 3, 2, 2, 3];
const PADDINGS: [number, number][] = [[1, 0], [0, 2], [0, 0], [1, 1], [2, 0], [1, 3]]; // prettier-ignore

/** The elements of a padded tensor, by their indices. */
function padded(
  values: readonly number[],
  shape: readonly number[],
  paddings: [number, number][],
  around: number,
): number[] {
  const extents = shape.map((extent, axis) => extent + paddings[axis]![0] + paddings[axis]![1]);
  return Array.from({ length: tf.util.sizeFromShape(extents) }, (_, to) => {
    let [rest, from, stride, isInside] = [to, 0, 1, true];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const place = (rest % extents[axis]!) - paddings[axis]![0];
      isInside &&= place >= 0 && place < shape[axis]!;
      from += stride * place;
      rest = Math.floor(rest / extents[axis]!);
      stride *= shape[axis]!;
    }
    return isInside ? values[from]! : around;
  });
}

describe("PadV2", () => {
  it.each([1, 2, 3, 4, 5, 6])("puts numbers around a tensor of %i axes", async (rank) => {
    const [shape, paddings] = [SHAPE.slice(6 - rank), PADDINGS.slice(6 - rank)];
    const values = Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) => i + 0.5);
    const y = tf.pad(tf.tensor(values, shape), paddings, -7.25);
    expect(y.shape).toEqual(shape.map((extent, axis) => extent + paddings[axis]![0] + paddings[axis]![1]));
    expect(Array.from(await y.data())).toEqual(padded(values, shape, paddings, -7.25));
  });

  it("keeps whole numbers whole, and takes a tensor without elements", async () => {
    const whole = tf.pad(tf.tensor1d([16777217, -2], "int32"), [[1, 1]], 16777219);
    expect(await whole.data()).toEqual(Int32Array.of(16777219, 16777217, -2, 16777219));
    expect(Array.from(await tf.pad(tf.zeros([0, 1]), [[1, 0], [0, 1]], 3).data())).toEqual([3, 3]); // prettier-ignore
  });
});

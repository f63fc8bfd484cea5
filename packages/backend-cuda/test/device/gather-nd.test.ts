import { RandomCase, sizeOf } from "@camada/test-kit";
import { differenceFrom, randomValues, type KernelValues } from "@camada/test-kit/kernel-suites";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { CASES, device, runOnly } from "./run-kernel.ts";

/** A shape, how many of its axes places name, and some places, which may be named more than once. */
function randomPlaces(random: RandomCase) {
  const shape = Array.from({ length: random.between(1, 4) }, () => random.between(1, 4));
  const axes = random.between(1, shape.length);
  const picks = random.between(1, 7);
  const at = Array.from({ length: picks }, () => shape.slice(0, axes).map((extent) => random.between(0, extent - 1)));
  const indices: KernelValues = { shape: [picks, axes], data: Int32Array.from(at.flat()) };
  const inner = shape.slice(axes);
  /** The number of the slice that a place names. */
  const slices = at.map((place) => place.reduce((number, index, axis) => number * shape[axis]! + index, 0));
  return { shape, indices, inner, picks, slices };
}

describe("slices by their places", () => {
  it(`are gathered over ${CASES} random tensors`, () => {
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase("gather by places", index);
      const { shape, indices, inner, picks, slices } = randomPlaces(random);
      const params = randomValues(random, shape);
      const size = sizeOf(inner);
      const data = slices.flatMap((slice) => [...params.data.subarray(slice * size, (slice + 1) * size)]);
      const y = runOnly(tf.GatherNd, { params, indices });
      expect(differenceFrom(JSON.stringify({ shape, indices }), y, { shape: [picks, ...inner], data })).toEqual([]);
    }
  });

  it(`are added up and put over others over ${CASES} random tensors`, () => {
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase("scatter by places", index);
      const { shape, indices, inner, picks, slices } = randomPlaces(random);
      const size = sizeOf(inner);
      // Sums of integers have no roundings.
      const whole = (count: number) => random.ints(count, -50, 50);
      const isFloat = random.chance(0.5);
      const values = (of: number[]): KernelValues => {
        const data = whole(sizeOf(of));
        return { shape: of, data: isFloat ? Float32Array.from(data) : Int32Array.from(data) };
      };
      const updates = values([picks, ...inner]);
      const tensor = values(shape);
      const sums = Array.from({ length: sizeOf(shape) }, () => 0);
      const covered = [...tensor.data];
      for (const [pick, slice] of slices.entries()) {
        for (let at = 0; at < size; at++) {
          sums[slice * size + at]! += updates.data[pick * size + at]!;
          covered[slice * size + at] = updates.data[pick * size + at]!;
        }
      }
      const label = JSON.stringify({ shape, indices });
      expect(
        differenceFrom(label, runOnly(tf.ScatterNd, { indices, updates }, { shape }), { shape, data: sums }),
      ).toEqual([]);
      const y = runOnly(tf.TensorScatterUpdate, { tensor, indices, updates });
      expect(differenceFrom(label, y, { shape, data: covered })).toEqual([]);
    }
  });

  it("take one number for all of them", () => {
    const tensor = { shape: [4], data: Float32Array.of(1, 2, 3, 4) };
    const indices = { shape: [2, 1], data: Int32Array.of(3, 0) };
    const updates = { shape: [], data: Float32Array.of(9) };
    const y = runOnly(tf.TensorScatterUpdate, { tensor, indices, updates });
    expect(differenceFrom("one for all", y, { shape: [4], data: [9, 2, 3, 9] })).toEqual([]);
  });

  it("name a place that is none where the host knows it", () => {
    const indices = tf.tensor2d([[0], [5]], [2, 1], "int32");
    expect(() => tf.gatherND(tf.tensor1d([1, 2, 3]), indices)).toThrow("Invalid indices: 5 does not index into 3");
    expect(() => tf.scatterND(indices, tf.tensor1d([1, 2]), [3])).toThrow("Invalid indices: 5 does not index into 3");
    indices.dispose();
  });

  it("are 0, or left out, at places that only the device knows to be none", () => {
    const values = device.inside(() =>
      tf.tidy(() => {
        const indices = tf.add(tf.tensor2d([[0], [2], [-2]], [3, 1], "int32"), tf.scalar(1, "int32")) as tf.Tensor2D;
        const gathered = tf.gatherND(tf.tensor1d([1, 2, 3]), indices);
        const scattered = tf.scatterND(indices, tf.tensor1d([5, 6, 7]), [3]);
        return [[...gathered.dataSync()], [...scattered.dataSync()]];
      }),
    );
    expect(values).toEqual([
      [2, 0, 0],
      [0, 5, 0],
    ]);
  });
});

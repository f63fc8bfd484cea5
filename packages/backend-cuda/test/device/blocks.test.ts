import { RandomCase, sizeOf } from "@camada/test-kit";
import { differenceFrom, randomValues } from "@camada/test-kit/kernel-suites";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { CASES, runOnly } from "./run-kernel.ts";

/** A batch of images of blocks, `[n, ...spatial, ...rest]`, and what lies around them. */
function randomBlocks(random: RandomCase) {
  const blockShape = Array.from({ length: random.between(1, 3) }, () => random.between(1, 3));
  const rest = Array.from({ length: random.between(0, 2) }, () => random.between(1, 3));
  const around = blockShape.map(() => [random.between(0, 2), random.between(0, 2)] as [number, number]);
  const blocks = blockShape.map(() => random.between(2, 3));
  const spatial = blockShape.map((size, axis) => size * blocks[axis]! + 4 - around[axis]![0] - around[axis]![1]);
  // Four more rows or columns make whole blocks of 1 and 2; of 3 they need two more.
  const padded = blockShape.map((size, axis) => spatial[axis]! + around[axis]![0] + around[axis]![1]);
  for (const [axis, size] of blockShape.entries()) {
    const missing = (size - (padded[axis]! % size)) % size;
    spatial[axis]! += missing;
    padded[axis]! += missing;
  }
  return { n: random.between(1, 2), blockShape, rest, around, spatial, padded };
}

/** Every place of a shape, in order. */
function places(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (all, extent) => all.flatMap((place) => Array.from({ length: extent }, (_, at) => [...place, at])),
    [[]],
  );
}

const numberOf = (place: readonly number[], shape: readonly number[]): number =>
  place.reduce((number, at, axis) => number * shape[axis]! + at, 0);

describe("blocks of space", () => {
  it(`become members of the batch, and space again, over ${CASES} random tensors`, () => {
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase("blocks", index);
      const { n, blockShape, rest, around, spatial, padded } = randomBlocks(random);
      const shape = [n, ...spatial, ...rest];
      const x = randomValues(random, shape);
      const label = JSON.stringify({ shape, blockShape, around });
      const inSpace = padded.map((extent, axis) => extent / blockShape[axis]!);
      const outer = [...blockShape, n, ...inSpace, ...rest];
      const data = places(outer).map((place) => {
        const at = blockShape.map((size, axis) => {
          return place[blockShape.length + 1 + axis]! * size + place[axis]! - around[axis]![0];
        });
        if (at.some((one, axis) => one < 0 || one >= spatial[axis]!)) return 0;
        const behind = place.slice(2 * blockShape.length + 1);
        return x.data[numberOf([place[blockShape.length]!, ...at, ...behind], shape)]!;
      });
      const batched = [n * sizeOf(blockShape), ...inSpace, ...rest];
      const y = runOnly(tf.SpaceToBatchND, { x }, { blockShape, paddings: around });
      expect(differenceFrom(label, y, { shape: batched, data })).toEqual([]);
      const back = runOnly(tf.BatchToSpaceND, { x: y }, { blockShape, crops: around });
      expect(differenceFrom(label, back, x)).toEqual([]);
    }
  });
});

describe("images from left to right", () => {
  it("are turned around along their columns alone", () => {
    const image = { shape: [1, 2, 3, 1], data: Float32Array.of(1, 2, 3, 4, 5, 6) };
    const y = runOnly(tf.FlipLeftRight, { image });
    expect(differenceFrom("flipped", y, { shape: image.shape, data: [3, 2, 1, 6, 5, 4] })).toEqual([]);
  });
});

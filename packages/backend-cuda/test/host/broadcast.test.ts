import { broadcastPlaces, randomBroadcast, RandomCase } from "@camada/test-kit";
import { describe, expect, it } from "vitest";
import { broadcastAxes } from "../../src/kernels/broadcast.ts";

/** For every element of the result, which element of an operand the axes lead to. */
function placesOf(extents: readonly number[], strides: readonly number[]): number[] {
  return extents.reduce(
    (places, extent, axis) =>
      places.flatMap((place) => Array.from({ length: extent }, (_, i) => place + i * strides[axis]!)),
    [0],
  );
}

describe("broadcastAxes", () => {
  it("leads to the element that is broadcast, over 2000 random pairs of shapes", () => {
    for (let index = 0; index < 2000; index++) {
      const { a, b, y } = randomBroadcast(new RandomCase("axes", index));
      const { extents, strides } = broadcastAxes(y, [a, b]);
      expect(placesOf(extents, strides[0]!)).toEqual([...broadcastPlaces(a, y)]);
      expect(placesOf(extents, strides[1]!)).toEqual([...broadcastPlaces(b, y)]);
    }
  });

  it.each([
    { y: [2, 3, 4], a: [2, 3, 4], b: [2, 3, 4], extents: [24] },
    { y: [2, 3, 4], a: [2, 3, 4], b: [4], extents: [6, 4] },
    { y: [8, 6, 5, 5], a: [8, 6, 5, 5], b: [6, 1, 1], extents: [8, 6, 25] },
    { y: [1, 1, 1], a: [1, 1, 1], b: [1], extents: [] },
  ])("needs $extents for $a with $b", ({ y, a, b, extents }) => {
    expect(broadcastAxes(y, [a, b]).extents).toEqual(extents);
  });
});

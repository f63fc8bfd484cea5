import { RandomCase, sizeOf } from "@camada/test-kit";
import { differenceFrom } from "@camada/test-kit/kernel-suites";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { CASES, runOnly } from "./run-kernel.ts";

/** Where rows or columns of a crop lie in an image of some extent. */
function placesOf(extent: number, size: number, begin: number, end: number): number[] {
  const last = extent - 1;
  if (size === 1) return [0.5 * (begin + end) * last];
  const scale = ((end - begin) * last) / (size - 1);
  return Array.from({ length: size }, (_, at) => begin * last + at * scale);
}

describe("crops of images", () => {
  it(`are their boxes in the size that is asked for, over ${CASES} random images`, () => {
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase("crops", index);
      const shape = [random.between(1, 3), random.between(1, 9), random.between(1, 9), random.between(1, 4)];
      const [n, height, width, channels] = shape as [number, number, number, number];
      const image = { shape, data: random.floats(sizeOf(shape)) };
      const count = random.between(1, 4);
      // Beyond the image at times, turned around at others, and at its edges.
      const corner = () => random.oneOf([0, 1, 0.5, random.uniform() * 1.5 - 0.25]);
      const boxes = { shape: [count, 4], data: Float32Array.from({ length: 4 * count }, corner) };
      // One more than there are: zeros.
      const boxInd = { shape: [count], data: random.ints(count, 0, n) };
      const cropSize: [number, number] = [random.between(1, 7), random.between(1, 7)];
      const method = random.oneOf(["bilinear", "nearest"] as const);
      const extrapolationValue = random.oneOf([0, 7, -0.5]);
      const attrs = { cropSize, method, extrapolationValue };
      const y = runOnly(tf.CropAndResize, { image, boxes, boxInd }, attrs);
      const data = Array.from(boxInd.data, (of, box) => {
        const [top, left, bottom, right] = boxes.data.subarray(4 * box) as unknown as [number, number, number, number];
        const columns = placesOf(width, cropSize[1], left, right);
        return placesOf(height, cropSize[0], top, bottom).map((row) =>
          columns.map((column) =>
            Array.from({ length: channels }, (_, channel) => {
              if (of >= n) return 0;
              if (!(row >= 0 && row <= height - 1 && column >= 0 && column <= width - 1)) return extrapolationValue;
              const pixel = (r: number, c: number): number =>
                image.data[((of * height + r) * width + c) * channels + channel]!;
              if (method === "nearest") return pixel(Math.round(row), Math.round(column));
              const along = (r: number): number => {
                const [first, second] = [pixel(r, Math.floor(column)), pixel(r, Math.ceil(column))];
                return first + (second - first) * (column - Math.floor(column));
              };
              const [above, below] = [along(Math.floor(row)), along(Math.ceil(row))];
              return Math.fround(above + (below - above) * (row - Math.floor(row)));
            }),
          ),
        );
      });
      const flat = data.flat(3);
      const label = JSON.stringify({ index, shape, attrs });
      expect(differenceFrom(label, y, { shape: [count, ...cropSize, channels], data: flat })).toEqual([]);
    }
  });
});

describe("diagonals", () => {
  it("lie on matrices of any type, by twice as many axes as they had", () => {
    for (const data of [Float32Array.of(1, -2, 0.5), Int32Array.of(1, -2, 3), Uint8Array.of(1, 0, 1)]) {
      const y = runOnly(tf.Diag, { x: { shape: [3], data } });
      const expected = [0, 1, 2].flatMap((row) => [0, 1, 2].map((column) => (row === column ? data[row]! : 0)));
      expect(differenceFrom("diagonal", y, { shape: [3, 3], data: expected })).toEqual([]);
    }
    const y = runOnly(tf.Diag, { x: { shape: [2, 1], data: Float32Array.of(3, 4) } });
    expect(differenceFrom("two axes", y, { shape: [2, 1, 2, 1], data: [3, 0, 0, 4] })).toEqual([]);
  });
});

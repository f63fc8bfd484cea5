import { RandomCase, sizeOf } from "@camada/test-kit";
import { differenceFrom, type KernelValues } from "@camada/test-kit/kernel-suites";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { CASES, runOnly } from "./run-kernel.ts";

interface Stretch {
  readonly size: [number, number];
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

function randomStretch(random: RandomCase) {
  const shape = [random.between(1, 3), random.between(1, 9), random.between(1, 9), random.between(1, 4)];
  const x: KernelValues = { shape, data: random.floats(sizeOf(shape)) };
  const size: [number, number] = [random.between(1, 13), random.between(1, 13)];
  const alignCorners = random.chance(0.5);
  // tfjs allows one of the two.
  return { x, attrs: { size, alignCorners, halfPixelCenters: !alignCorners && random.chance(0.5) } satisfies Stretch };
}

/** Where a place of the new image lies in the old one. */
function placeIn(old: number, resized: number, at: number, { alignCorners, halfPixelCenters }: Stretch): number {
  const less = alignCorners && resized > 1 ? 1 : 0;
  const scale = (old - less) / (resized - less);
  return halfPixelCenters ? scale * (at + 0.5) : scale * at;
}

type Shares = readonly (readonly [place: number, share: number])[];

/** Rows or columns of the old image in one of the new one, and their shares. */
function bilinearShares(old: number, resized: number, at: number, attrs: Stretch): Shares {
  const place = placeIn(old, resized, at, attrs) - (attrs.halfPixelCenters ? 0.5 : 0);
  const first = Math.max(0, Math.floor(place));
  const second = Math.min(old - 1, Math.ceil(place));
  return [
    [first, 1 - (place - first)],
    [second, place - first],
  ];
}

function nearestShares(old: number, resized: number, at: number, attrs: Stretch): Shares {
  const place = placeIn(old, resized, at, attrs);
  return [[Math.min(old - 1, attrs.alignCorners ? Math.round(place) : Math.floor(place)), 1]];
}

/** Calls back with every element of the new image, one of the old, and its share. */
function eachShare(
  shape: readonly number[],
  attrs: Stretch,
  sharesOf: typeof bilinearShares,
  visit: (to: number, from: number, share: number) => void,
): void {
  const [n = 0, height = 0, width = 0, channels = 0] = shape;
  const [newHeight, newWidth] = attrs.size;
  for (let image = 0; image < n; image++) {
    for (let row = 0; row < newHeight; row++) {
      for (let column = 0; column < newWidth; column++) {
        for (const [oldRow, ofRow] of sharesOf(height, newHeight, row, attrs)) {
          for (const [oldColumn, ofColumn] of sharesOf(width, newWidth, column, attrs)) {
            for (let channel = 0; channel < channels; channel++) {
              const to = ((image * newHeight + row) * newWidth + column) * channels + channel;
              const from = ((image * height + oldRow) * width + oldColumn) * channels + channel;
              visit(to, from, ofRow * ofColumn);
            }
          }
        }
      }
    }
  }
}

describe.each([
  { forward: tf.ResizeBilinear, gradient: tf.ResizeBilinearGrad, sharesOf: bilinearShares },
  { forward: tf.ResizeNearestNeighbor, gradient: tf.ResizeNearestNeighborGrad, sharesOf: nearestShares },
])("$forward on the device", ({ forward, gradient, sharesOf }) => {
  it(`agrees with float64 over ${CASES} random images, and so does its gradient`, () => {
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase(forward, index);
      const { x, attrs } = randomStretch(random);
      const [n = 0, , , channels = 0] = x.shape;
      const shape = [n, ...attrs.size, channels];
      const dy: KernelValues = { shape, data: random.floats(sizeOf(shape)) };
      const y = new Float64Array(sizeOf(shape));
      const dx = new Float64Array(sizeOf(x.shape));
      const magnitudes = new Float64Array(dx.length);
      eachShare(x.shape, attrs, sharesOf, (to, from, share) => {
        y[to]! += share * x.data[from]!;
        dx[from]! += share * dy.data[to]!;
        magnitudes[from]! += Math.abs(share * dy.data[to]!);
      });
      const label = JSON.stringify({ shape: x.shape, ...attrs });
      const got = runOnly(forward, { images: x }, attrs);
      expect({ label, shape: got.shape }).toEqual({ label, shape });
      for (let i = 0; i < y.length; i++) {
        expect(Math.abs(got.data[i]! - y[i]!), `${label} at ${i}`).toBeLessThanOrEqual(2 ** -23);
      }
      const gradients = runOnly(gradient, { images: x, dy }, attrs);
      expect({ label, shape: gradients.shape }).toEqual({ label, shape: x.shape });
      // Every share is added in float32, up to four times the pixels of the new image.
      const roundings = 4 * attrs.size[0] * attrs.size[1] * 2 ** -24;
      for (let i = 0; i < dx.length; i++) {
        const bound = roundings * magnitudes[i]! + 2 ** -126;
        expect(Math.abs(gradients.data[i]! - dx[i]!), `gradient of ${label} at ${i}`).toBeLessThanOrEqual(bound);
      }
    }
  });
});

describe("images of integers", () => {
  it("keep their type where they are taken as they are", () => {
    const images = { shape: [1, 2, 1, 1], data: Int32Array.of(7, -3) };
    const attrs = { size: [4, 1], alignCorners: false, halfPixelCenters: false };
    const y = runOnly(tf.ResizeNearestNeighbor, { images }, attrs);
    expect(differenceFrom("integers", y, { shape: [1, 4, 1, 1], data: [7, 7, -3, -3] })).toEqual([]);
  });
});

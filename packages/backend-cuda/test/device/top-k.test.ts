import { RandomCase, sizeOf } from "@camada/test-kit";
import { differenceFrom, type KernelValues } from "@camada/test-kit/kernel-suites";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { CASES, runKernel } from "./run-kernel.ts";

/** Rows with equal elements, infinities, and now and then NaN. */
function randomRows(random: RandomCase): KernelValues {
  const length = random.chance(0.3) ? random.between(33, 200) : random.between(1, 40);
  const shape = [...Array.from({ length: random.between(0, 2) }, () => random.between(1, 5)), length];
  const size = sizeOf(shape);
  if (random.chance(0.3)) return { shape, data: random.ints(size, -9, 9) };
  const odd = [Infinity, -Infinity, 0, -0, 1, ...(random.chance(0.3) ? [NaN] : [])];
  return { shape, data: random.floats(size, 4).map((value) => (random.chance(0.3) ? random.oneOf(odd) : value)) };
}

describe("the largest elements of rows", () => {
  it(`come in order, the first of equals first, over ${CASES} random tensors`, () => {
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase("top k", index);
      const x = randomRows(random);
      const length = x.shape.at(-1)!;
      const k = random.chance(0.2) ? length : random.between(1, Math.min(length, 9));
      const [values, indices] = runKernel(tf.TopK, { x }, { k, sorted: random.chance(0.8) });
      const shape = [...x.shape.slice(0, -1), k];
      const order = Array.from({ length: x.data.length / length }, (_, row) =>
        Array.from({ length }, (__, i) => i)
          .toSorted((i, j) => {
            const [a, b] = [x.data[row * length + i]!, x.data[row * length + j]!];
            if (Number.isNaN(a) !== Number.isNaN(b)) return Number.isNaN(a) ? 1 : -1;
            return a > b ? -1 : a < b ? 1 : i - j;
          })
          .slice(0, k)
          .map((i) => [x.data[row * length + i]!, i] as const),
      ).flat();
      const label = JSON.stringify({ index, shape: x.shape, k });
      expect(differenceFrom(label, values!, { shape, data: order.map(([value]) => value) })).toEqual([]);
      expect(differenceFrom(label, indices!, { shape, data: order.map(([, i]) => i) })).toEqual([]);
    }
  });
});

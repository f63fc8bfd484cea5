import { GATHER_IMAGES } from "@camada/tensor";
import { RandomCase } from "@camada/test-kit";
import { differenceFrom, type KernelValues } from "@camada/test-kit/kernel-suites";
import { describe, expect, it } from "vitest";
import { CASES, runOnly } from "./run-kernel.ts";

describe("batches of images on the device", () => {
  it(`are the bytes of their images, rounded once, over ${CASES} random sets`, () => {
    const differences: string[] = [];
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase("gather images", index);
      // Sizes that are a multiple of four, and others; now and then more than a block goes through.
      const image = random.oneOf([
        [random.between(1, 5), random.extent()],
        [1, 28, 28],
        [3, 4, 4],
        [1, 37, 37],
      ]);
      const size = image.reduce((product, extent) => product * extent, 1);
      const [count, batch] = [random.between(1, 9), random.between(1, 12)];
      const divisor = random.oneOf([255, 1, 3, 0.1]);
      const images: KernelValues = {
        shape: [count, ...image],
        data: Uint8Array.from(random.ints(count * size, 0, 255)),
      };
      // Those beside the set are no images: they give zeros.
      const picks = random.ints(batch, -1, count);
      const y = runOnly(GATHER_IMAGES, { images, indices: { shape: [batch], data: picks } }, { divisor });
      const expected = Float32Array.from({ length: batch * size }, (_, i) => {
        const pick = picks[Math.floor(i / size)]!;
        return pick < 0 || pick >= count ? 0 : images.data[pick * size + (i % size)]! / divisor;
      });
      differences.push(
        ...differenceFrom(JSON.stringify({ count, image, divisor }), y, { shape: [batch, ...image], data: expected }),
      );
    }
    expect(differences.slice(0, 5)).toEqual([]);
  });
});

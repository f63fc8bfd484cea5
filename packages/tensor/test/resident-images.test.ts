import { ShapeError } from "@camada/conv-math";
import { expectNoLeak } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { imageTensor, ResidentImages } from "../src/index.ts";

/** Every byte, in images whose size is a multiple of four and in some whose is not. */
const bytes = Uint8Array.from({ length: 7 * 9 * 16 }, (_, i) => (i * 37) % 256);

describe("ResidentImages", () => {
  it.each([
    [[7, 1, 9, 16], 255],
    [[16, 1, 7, 9], 255],
    [[63, 1, 4, 4], 1],
    [[9, 7, 4, 4], 3],
  ] as const)("gives batches of %j by %d as imageTensor does", (shape, divisor) => {
    const images = new ResidentImages({ data: bytes, shape, divisor });
    const picks = [3, 0, shape[0] - 1, 3];
    const size = bytes.length / shape[0];
    const data = Uint8Array.from(picks.flatMap((pick) => [...bytes.subarray(pick * size, (pick + 1) * size)]));
    const expected = imageTensor({ data, shape: [4, shape[1], shape[2], shape[3]], divisor });
    const batch = images.batch(tf.tensor1d(picks, "int32"));
    expect(batch.shape).toEqual(expected.shape);
    expect(batch.dtype).toBe("float32");
    expect(batch.dataSync()).toEqual(expected.dataSync());
    images.dispose();
  });

  it("keeps its own bytes, and gives them for no image", () => {
    const data = Uint8Array.of(1, 2, 3, 4);
    const images = new ResidentImages({ data, shape: [1, 1, 2, 2] });
    data.fill(0);
    expect([...images.batch(tf.tensor1d([0], "int32")).dataSync()]).toEqual([1, 2, 3, 4]);
    expect(images.batch(tf.tensor1d([], "int32")).shape).toEqual([0, 1, 2, 2]);
    images.dispose();
  });

  it("leaves nothing behind but what it gives", () => {
    const indices = tf.tensor1d([1, 0], "int32");
    expectNoLeak(() => {
      const images = new ResidentImages({ data: bytes, shape: [7, 1, 9, 16] });
      images.batch(indices).dispose();
      images.dispose();
    });
  });

  it("refuses bytes of another size and indices of another kind", () => {
    const shape = [2, 1, 2, 2] as const;
    const wrong = () => new ResidentImages({ data: new Uint8Array(7), shape });
    expect(wrong).toThrow(ShapeError);
    expect(wrong).toThrow("ResidentImages: expected 8 bytes for [2, 1, 2, 2], got 7");
    const images = new ResidentImages({ data: new Uint8Array(8), shape });
    expect(() => images.batch(tf.tensor1d([0, 1]))).toThrow(
      "ResidentImages.batch: expected int32 indices of rank 1, got float32 of shape [2]",
    );
    images.dispose();
  });
});

import { describe, expect, it } from "vitest";
import {
  convolutionOutputSize,
  lessonOutputSize,
  referenceConvolution,
  samePadding,
  splitPadTotal,
} from "../src/index.ts";
import { expectShapeError } from "./expect-shape-error.ts";

const ones = (length: number) => new Float64Array(length).fill(1);

describe("lessonOutputSize", () => {
  it("takes 6x8 with 1x2 to 6x7, and pads 3x3 to 4x4", () => {
    expect(lessonOutputSize([6, 8], { kernelSize: [1, 2] })).toEqual([6, 7]);
    expect(lessonOutputSize([3, 3], { kernelSize: 2, padTotal: 2 })).toEqual([4, 4]);
    expect(lessonOutputSize([8, 8], { kernelSize: [3, 5], padTotal: [0, 2], strides: [3, 4] })).toEqual([2, 2]);
  });

  it("agrees with the per-side formula however the total is split", () => {
    for (let n = 1; n <= 8; n++) {
      for (let padTotal = 0; padTotal <= 5; padTotal++) {
        for (let kernelSize = 1; kernelSize <= n + padTotal; kernelSize++) {
          for (let strides = 1; strides <= 4; strides++) {
            const [size] = lessonOutputSize([n], { kernelSize, padTotal, strides });
            expect(size).toBe(convolutionOutputSize(n, { kernelSize, strides, padding: splitPadTotal(padTotal) }));
          }
        }
      }
    }
  });

  it("keeps the size with a total of k - 1, and divides it by a stride that fits", () => {
    for (let k = 1; k <= 7; k++) {
      expect(lessonOutputSize([12], { kernelSize: k, padTotal: k - 1 })).toEqual([12]);
      expect(lessonOutputSize([12], { kernelSize: k, padTotal: k - 1, strides: 3 })).toEqual([4]);
    }
  });

  it("refuses a kernel larger than the padded input, and bad options", () => {
    const op = "lessonOutputSize";
    expectShapeError(
      () => lessonOutputSize([8, 3], { kernelSize: 5, padTotal: 1 }),
      op,
      "a kernel of at most 4 on spatial axis 1, the padded input",
      "5",
      "input 3, padTotal 1",
    );
    expectShapeError(
      () => lessonOutputSize([8, 8], { kernelSize: 3, padTotal: [1, -1] }),
      op,
      "padTotal to be one integer or 2 integers of at least 0",
      "[1, -1]",
    );
  });
});

describe("splitPadTotal", () => {
  it("puts the larger half first as in the lesson, or last as in TensorFlow", () => {
    expect(splitPadTotal(5)).toEqual([3, 2]);
    expect(splitPadTotal(5, "after")).toEqual([2, 3]);
    expect(splitPadTotal(4)).toEqual([2, 2]);
    expect(splitPadTotal(0)).toEqual([0, 0]);
  });

  it("refuses a negative total", () => {
    expectShapeError(() => splitPadTotal(-1), "splitPadTotal", "padTotal to be an integer of at least 0", "-1");
  });
});

describe("samePadding", () => {
  it("puts the extra row of an even kernel at the top, or in TensorFlow's manner at the bottom", () => {
    expect(samePadding([3, 3], { kernelSize: 2 })).toEqual([
      [1, 0],
      [1, 0],
    ]);
    const padding = samePadding([3, 3], { kernelSize: 2, manner: "tensorflow" });
    expect(padding).toEqual([
      [0, 1],
      [0, 1],
    ]);
    const x = { shape: [1, 1, 3, 3], data: ones(9) };
    const weight = { shape: [1, 1, 2, 2], data: ones(4) };
    // tfjs-core 4.22.0, conv2d with pad "same"
    expect([...referenceConvolution(x, weight, { padding }).data]).toEqual([4, 4, 2, 4, 4, 2, 2, 2, 1]);
  });

  it("reads other pixels than padding 1 at stride 2", () => {
    const x = { shape: [1, 1, 8, 8], data: Float64Array.from({ length: 64 }, (_, i) => i) };
    const weight = { shape: [1, 1, 3, 3], data: ones(9) };
    const padding = samePadding([8, 8], { kernelSize: 3, strides: 2, manner: "tensorflow" });
    const same = referenceConvolution(x, weight, { strides: 2, padding });
    const one = referenceConvolution(x, weight, { strides: 2, padding: 1 });
    expect([same.shape, one.shape]).toEqual([
      [1, 1, 4, 4],
      [1, 1, 4, 4],
    ]);
    // tfjs-core 4.22.0, conv2d with pad "same" and pad 1
    expect(Array.from(same.data).slice(0, 4)).toEqual([81, 99, 117, 87]);
    expect(Array.from(one.data).slice(0, 4)).toEqual([18, 36, 48, 60]);
  });

  it("gives ceil(n / stride) in both manners", () => {
    for (let n = 1; n <= 12; n++) {
      for (let kernelSize = 1; kernelSize <= 5; kernelSize++) {
        for (let strides = 1; strides <= 6; strides++) {
          for (let dilation = 1; dilation <= 2; dilation++) {
            for (const manner of ["lesson", "tensorflow"] as const) {
              const [padding] = samePadding([n], { kernelSize, strides, dilation, manner });
              const size = convolutionOutputSize(n, { kernelSize, strides, dilation, padding });
              expect(size).toBe(Math.ceil(n / strides));
            }
          }
        }
      }
    }
  });

  it("differs by axis", () => {
    expect(samePadding([8, 9], { kernelSize: [5, 4], dilation: [1, 3] })).toEqual([
      [2, 2],
      [5, 4],
    ]);
  });

  it("refuses an unknown manner and a kernel of the wrong length", () => {
    const op = "samePadding";
    expectShapeError(
      () => samePadding([8, 8], { kernelSize: 3, manner: "keras" as "lesson" }),
      op,
      'manner to be "lesson" or "tensorflow"',
      '"keras"',
    );
    expectShapeError(
      () => samePadding([8, 8], { kernelSize: [3] }),
      op,
      "kernelSize to be one integer or 2 integers of at least 1",
      "[3]",
    );
  });
});

import { describe, expect, it } from "vitest";
import {
  convolutionOutputSize,
  inputSizesGiving,
  kernelSizesGiving,
  paddingsGiving,
  paddingsKeepingSize,
  padTotalsGiving,
  splitPadTotal,
  stridesGiving,
} from "../src/index.ts";
import { expectShapeError } from "./expect-shape-error.ts";

/** Output size, or undefined where the kernel does not fit. */
function sizeOrNone(n: number, kernelSize: number, strides: number, dilation: number, padTotal: number) {
  if (n < 1 || 1 + dilation * (kernelSize - 1) > n + padTotal) return undefined;
  return convolutionOutputSize(n, { kernelSize, strides, dilation, padding: splitPadTotal(padTotal) });
}

const upTo = (last: number, first = 0) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

/** The answers among the candidates, as the range that a function under test should give. */
function rangeOf(solutions: readonly number[]) {
  return solutions.length === 0 ? undefined : { min: solutions[0], max: solutions.at(-1) };
}

describe("paddingsKeepingSize", () => {
  it("is (k - 1) / 2 for an odd kernel, and nothing for an even one", () => {
    expect(paddingsKeepingSize(8, { kernelSize: 3 })).toEqual([1]);
    expect(paddingsKeepingSize(8, { kernelSize: 5 })).toEqual([2]);
    expect(paddingsKeepingSize(8, { kernelSize: 2 })).toEqual([]);
    expect(paddingsKeepingSize(8, { kernelSize: 2, dilation: 2 })).toEqual([1]);
    expect(padTotalsGiving(8, 8, { kernelSize: 2 })).toEqual({ min: 1, max: 1 });
  });

  it("has several answers at a stride", () => {
    expect(paddingsKeepingSize(8, { kernelSize: 3, strides: 2 })).toEqual([5]);
    expect(paddingsKeepingSize(8, { kernelSize: 3, strides: 3 })).toEqual([8, 9]);
  });
});

describe("the inverse questions", () => {
  it("find every solution that trying finds, and no other", () => {
    for (let kernelSize = 1; kernelSize <= 4; kernelSize++) {
      for (let strides = 1; strides <= 4; strides++) {
        for (let dilation = 1; dilation <= 2; dilation++) {
          for (let m = 1; m <= 5; m++) {
            for (let n = 1; n <= 7; n++) {
              const window = { kernelSize, strides, dilation };
              const totals = upTo(40).filter((total) => sizeOrNone(n, kernelSize, strides, dilation, total) === m);
              expect(padTotalsGiving(n, m, window)).toEqual(rangeOf(totals));
              const symmetric = totals.filter((total) => total % 2 === 0).map((total) => total / 2);
              expect(paddingsGiving(n, m, window)).toEqual(symmetric);
            }
            for (let padTotal = 0; padTotal <= 5; padTotal++) {
              const window = { kernelSize, strides, dilation, padding: splitPadTotal(padTotal) };
              const inputs = upTo(40, 1).filter((n) => sizeOrNone(n, kernelSize, strides, dilation, padTotal) === m);
              expect(inputSizesGiving(m, window)).toEqual(rangeOf(inputs));
            }
          }
        }
      }
    }
  });

  it("find strides and kernels", () => {
    for (let n = 1; n <= 8; n++) {
      for (let m = 1; m <= 8; m++) {
        for (let dilation = 1; dilation <= 3; dilation++) {
          for (let padTotal = 0; padTotal <= 3; padTotal++) {
            const padding = splitPadTotal(padTotal);
            for (let kernelSize = 1; kernelSize <= 4; kernelSize++) {
              const strides = upTo(20, 1).filter((s) => sizeOrNone(n, kernelSize, s, dilation, padTotal) === m);
              const range = stridesGiving(n, m, { kernelSize, dilation, padding });
              expect(range && { ...range, max: Math.min(range.max, 20) }).toEqual(rangeOf(strides));
            }
            for (let strides = 1; strides <= 4; strides++) {
              const kernels = upTo(20, 1).filter((k) => sizeOrNone(n, k, strides, dilation, padTotal) === m);
              expect(kernelSizesGiving(n, m, { strides, dilation, padding })).toEqual(kernels);
            }
          }
        }
      }
    }
    expect(stridesGiving(8, 1, { kernelSize: 3 })).toEqual({ min: 6, max: Infinity });
  });

  it("answer the lesson: what gives 28, and what takes 28 to 14", () => {
    expect(inputSizesGiving(28, { kernelSize: 5 })).toEqual({ min: 32, max: 32 });
    expect(inputSizesGiving(14, { kernelSize: 3, strides: 2, padding: 1 })).toEqual({ min: 27, max: 28 });
    expect(stridesGiving(28, 14, { kernelSize: 3, padding: 1 })).toEqual({ min: 2, max: 2 });
    expect(kernelSizesGiving(32, 28, {})).toEqual([5]);
  });

  it("refuse sizes that are no sizes", () => {
    const window = { kernelSize: 3 };
    const output = "outputSize to be an integer of at least 1";
    const input = "inputSize to be an integer of at least 1";
    expectShapeError(() => inputSizesGiving(0, window), "inputSizesGiving", output, "0");
    expectShapeError(() => padTotalsGiving(8, 1.5, window), "padTotalsGiving", output, "1.5");
    expectShapeError(() => paddingsKeepingSize(-8, window), "paddingsKeepingSize", input, "-8");
    expectShapeError(() => stridesGiving(8, 0, window), "stridesGiving", output, "0");
    expectShapeError(() => kernelSizesGiving(NaN, 2, {}), "kernelSizesGiving", input, "NaN");
  });
});

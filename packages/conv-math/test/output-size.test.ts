import { describe, expect, it } from "vitest";
import { convolutionOutputSize, poolOutputSize, transposedConvolutionOutputSize } from "../src/index.ts";
import { expectShapeError } from "./expect-shape-error.ts";

/** Starts of all windows that lie inside `[-before, n + after)`, found by trying every place. */
function windowStarts(n: number, span: number, stride: number, before: number, after: number): number[] {
  const starts: number[] = [];
  for (let place = -before; place < n + after; place++) {
    if ((place + before) % stride === 0 && place + span <= n + after) starts.push(place);
  }
  return starts;
}

/** Calls `check` for every combination whose kernel fits. */
function overGrid(
  check: (n: number, k: number, stride: number, before: number, after: number, dilation: number) => void,
) {
  for (let n = 1; n <= 9; n++) {
    for (let k = 1; k <= 4; k++) {
      for (let stride = 1; stride <= 4; stride++) {
        for (let before = 0; before <= 2; before++) {
          for (let after = 0; after <= 2; after++) {
            for (let dilation = 1; dilation <= 3; dilation++) {
              if (1 + dilation * (k - 1) <= n + before + after) check(n, k, stride, before, after, dilation);
            }
          }
        }
      }
    }
  }
}

describe("convolutionOutputSize", () => {
  it("counts the windows that fit, over a grid of sizes", () => {
    let cases = 0;
    overGrid((n, kernelSize, strides, before, after, dilation) => {
      const span = 1 + dilation * (kernelSize - 1);
      const size = convolutionOutputSize(n, { kernelSize, strides, padding: [before, after], dilation });
      expect(size).toBe(windowStarts(n, span, strides, before, after).length);
      cases++;
    });
    expect(cases).toBeGreaterThan(3000);
  });

  it("takes one number as the padding of both sides", () => {
    expect(convolutionOutputSize(8, { kernelSize: 3, padding: 1 })).toBe(8);
    expect(convolutionOutputSize(8, { kernelSize: 3, padding: 1, strides: 2 })).toBe(4);
    expect(convolutionOutputSize(8, { kernelSize: 5, padding: 1, strides: 4 })).toBe(2);
  });

  it("shrinks 240 to 200 through ten 5x5 layers: 30.6 % of the area, 16.7 % a side", () => {
    let side = 240;
    for (let layer = 0; layer < 10; layer++) side = convolutionOutputSize(side, { kernelSize: 5 });
    expect(side).toBe(200);
    expect((100 * (1 - side ** 2 / 240 ** 2)).toFixed(1)).toBe("30.6");
    expect((100 * (1 - side / 240)).toFixed(1)).toBe("16.7");
  });

  it("refuses a kernel larger than the padded input", () => {
    expectShapeError(
      () => convolutionOutputSize(3, { kernelSize: 4, dilation: 2, padding: [1, 2] }),
      "convolutionOutputSize",
      "a kernel of at most 6, the padded input",
      "7",
      "kernel 4 with dilation 2, input 3, padding 1 before and 2 after",
    );
  });

  it.each([
    [0, { kernelSize: 1 }, "inputSize to be an integer of at least 1", "0"],
    [2.5, { kernelSize: 1 }, "inputSize to be an integer of at least 1", "2.5"],
    [NaN, { kernelSize: 1 }, "inputSize to be an integer of at least 1", "NaN"],
    [8, { kernelSize: 0 }, "kernelSize to be one integer of at least 1", "0"],
    [8, { kernelSize: 1.5 }, "kernelSize to be one integer of at least 1", "1.5"],
    [8, { kernelSize: 3, strides: 0 }, "strides to be one integer of at least 1", "0"],
    [8, { kernelSize: 3, strides: -2 }, "strides to be one integer of at least 1", "-2"],
    [8, { kernelSize: 3, dilation: 0 }, "dilation to be one integer of at least 1", "0"],
    [
      8,
      { kernelSize: 3, padding: -1 },
      "padding to be one integer of at least 0, or pairs [before, after] of them",
      "-1",
    ],
  ])("refuses input %d with %o", (n, window, expected, got) => {
    expectShapeError(() => convolutionOutputSize(n, window, "Conv1D"), "Conv1D", expected, got);
  });
});

describe("transposedConvolutionOutputSize", () => {
  it("is where the convolution with the same window comes from", () => {
    let cases = 0;
    overGrid((n, kernelSize, strides, before, after, dilation) => {
      const window = { kernelSize, strides, padding: [before, after] as const, dilation };
      const small = convolutionOutputSize(n, window);
      const outputPadding = (n + before + after - (1 + dilation * (kernelSize - 1))) % strides;
      expect(transposedConvolutionOutputSize(small, { ...window, outputPadding })).toBe(n);
      cases++;
    });
    expect(cases).toBeGreaterThan(3000);
  });

  it("refuses an output padding that reaches the stride, or no output at all", () => {
    const op = "transposedConvolutionOutputSize";
    expectShapeError(
      () => transposedConvolutionOutputSize(4, { kernelSize: 3, strides: 2, outputPadding: 2 }),
      op,
      "outputPadding below the stride 2",
      "2",
    );
    expectShapeError(
      () => transposedConvolutionOutputSize(4, { kernelSize: 3, outputPadding: -1 }),
      op,
      "outputPadding to be an integer of at least 0",
      "-1",
    );
    expectShapeError(
      () => transposedConvolutionOutputSize(1, { kernelSize: 2, padding: 1 }),
      op,
      "an output of at least 1",
      "0",
      "padding 1 before and 1 after removes everything",
    );
  });
});

describe("poolOutputSize", () => {
  it("steps by the pool size, and rounds down or up", () => {
    expect(poolOutputSize(5, { poolSize: 2 })).toBe(2);
    expect(poolOutputSize(5, { poolSize: 2, ceilMode: true })).toBe(3);
    expect(poolOutputSize(6, { poolSize: 2, ceilMode: true })).toBe(3);
  });

  it("agrees with counting over a grid, in both modes", () => {
    overGrid((n, poolSize, strides, before, after, dilation) => {
      if (dilation > 1) return;
      const window = { poolSize, strides, padding: [before, after] as const };
      const starts = windowStarts(n, poolSize, strides, before, after);
      const covered = starts.at(-1)! + poolSize >= n + after;
      expect(poolOutputSize(n, window)).toBe(starts.length);
      expect(poolOutputSize(n, { ...window, ceilMode: true })).toBe(starts.length + (covered ? 0 : 1));
    });
  });

  it("keeps a last window beyond the input, as MXNet does", () => {
    expect(poolOutputSize(2, { poolSize: 1, strides: 2, padding: 1, ceilMode: true })).toBe(3);
  });

  it("refuses a window larger than the padded input, and bad sizes", () => {
    expectShapeError(
      () => poolOutputSize(2, { poolSize: 5, padding: 1, ceilMode: true }),
      "poolOutputSize",
      "a kernel of at most 4, the padded input",
      "5",
      "input 2, padding 1 before and 1 after",
    );
    expectShapeError(
      () => poolOutputSize(2, { poolSize: 0 }),
      "poolOutputSize",
      "poolSize to be an integer of at least 1",
      "0",
    );
  });
});

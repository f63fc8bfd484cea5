import { describe, expect, it } from "vitest";
import {
  convolutionShape,
  convolutionWeightShape,
  paddingPerAxis,
  perAxis,
  poolShape,
  transposedConvolutionShape,
  transposedConvolutionWeightShape,
} from "../src/index.ts";
import { expectShapeError } from "./expect-shape-error.ts";

describe("perAxis", () => {
  it("spreads one number and keeps one per axis", () => {
    expect(perAxis("conv3d", "strides", 2, 3)).toEqual([2, 2, 2]);
    expect(perAxis("conv2d", "kernelSize", [5, 3], 2)).toEqual([5, 3]);
    expect(perAxis("conv2d", "outputPadding", 0, 2, 0)).toEqual([0, 0]);
  });

  it.each([
    [[3], "[3]"],
    [[3, 3, 3], "[3, 3, 3]"],
    [[3, 0], "[3, 0]"],
    [[3, 1.5], "[3, 1.5]"],
    [Infinity, "Infinity"],
    ["3" as unknown as number, '"3"'],
    [null as unknown as number, "null"],
  ])("refuses %o for two axes", (value, got) => {
    const expected = "kernelSize to be one integer or 2 integers of at least 1";
    expectShapeError(() => perAxis("Conv2D", "kernelSize", value, 2), "Conv2D", expected, got);
  });
});

describe("paddingPerAxis", () => {
  it("makes a pair of every entry", () => {
    expect(paddingPerAxis("conv2d", 1, 2)).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(paddingPerAxis("conv2d", [2, [0, 1]], 2)).toEqual([
      [2, 2],
      [0, 1],
    ]);
  });

  it.each([
    [[1], "[1]"],
    [[1, [1, 2, 3]], "[1, [1, 2, 3]]"],
    [[1, [1, -1]], "[1, [1, -1]]"],
    ["same" as unknown as number, '"same"'],
  ])("refuses %o for two axes", (value, got) => {
    const expected = "padding to be one integer or 2 integers of at least 0, or pairs [before, after] of them";
    expectShapeError(() => paddingPerAxis("conv2d", value as number, 2), "conv2d", expected, got);
  });
});

describe("convolutionShape", () => {
  it.each([
    [[3, 3], 0, 1, [6, 6]],
    [[3, 3], 1, 1, [8, 8]],
    [[5, 3], [2, 1], 1, [8, 8]],
    [[3, 3], 1, 2, [4, 4]],
    [
      [3, 5],
      [0, 1],
      [3, 4],
      [2, 2],
    ],
  ])("kernel %o, padding %o, strides %o take 8x8 to %o, as the lesson printed", (kernel, padding, strides, printed) => {
    expect(convolutionShape([1, 1, 8, 8], [1, 1, ...kernel], { padding, strides })).toEqual([1, 1, ...printed]);
  });

  it("takes 6x8 with 1x2 to 6x7", () => {
    expect(convolutionShape([1, 1, 6, 8], [1, 1, 1, 2])).toEqual([1, 1, 6, 7]);
  });

  it("works in one and three spatial axes, with groups", () => {
    expect(convolutionShape([2, 4, 10], [6, 2, 3], { groups: 2, strides: 2 })).toEqual([2, 6, 4]);
    expect(convolutionShape([2, 3, 5, 6, 7], [4, 3, 1, 2, 3], { dilation: [1, 2, 3] })).toEqual([2, 4, 5, 4, 1]);
    expect(convolutionShape([1, 1, 4, 4], [1, 1, 2, 2], { padding: [[1, 0], 0] })).toEqual([1, 1, 4, 3]);
  });

  it("says which channels disagree, with both shapes", () => {
    expectShapeError(
      () => convolutionShape([8, 3, 32, 32], [6, 1, 5, 5], {}, "conv2d"),
      "conv2d",
      "weight to have 3 input channels (axis 1)",
      "1",
      "x is [8, 3, 32, 32], weight is [6, 1, 5, 5]",
    );
    expectShapeError(
      () => convolutionShape([8, 4, 32, 32], [6, 4, 5, 5], { groups: 2 }, "conv2d"),
      "conv2d",
      "weight to have 2 input channels in each of 2 groups (axis 1)",
      "4",
      "x is [8, 4, 32, 32], weight is [6, 4, 5, 5]",
    );
  });

  it("refuses groups that do not divide the channels", () => {
    const both = "x is [1, 4, 8, 8], weight is [6, 2, 3, 3]";
    const shape = (groups: number) => () => convolutionShape([1, 4, 8, 8], [6, 2, 3, 3], { groups }, "conv2d");
    expectShapeError(shape(3), "conv2d", "groups to divide the 4 input channels", "3", both);
    expectShapeError(shape(4), "conv2d", "groups to divide the 6 output channels", "4", both);
    expectShapeError(shape(0), "conv2d", "groups to be an integer of at least 1", "0");
  });

  it("names the axis on which the kernel is too large", () => {
    expectShapeError(
      () => convolutionShape([1, 1, 8, 3], [1, 1, 5, 6], { padding: 1 }, "conv2d"),
      "conv2d",
      "a kernel of at most 5 on axis 3, the padded input",
      "6",
      "input 3, padding 1 before and 1 after",
    );
  });

  it("refuses wrong ranks and empty axes", () => {
    const expected = "x to be [n, cIn, ...spatial] with 1 to 3 spatial axes, all at least 1";
    for (const x of [
      [8, 8],
      [1, 1, 1, 1, 1, 1],
      [1, 0, 8, 8],
      [1, 1, 8, 2.5],
    ]) {
      const got = `[${x.join(", ")}]`;
      expectShapeError(() => convolutionShape(x, [1, 1, 3, 3], {}, "conv2d"), "conv2d", expected, got);
    }
    expectShapeError(
      () => convolutionShape([1, 1, 8, 8], [1, 1, 3], {}, "conv2d"),
      "conv2d",
      "weight to have rank 4, as x",
      "rank 3",
      "x is [1, 1, 8, 8], weight is [1, 1, 3]",
    );
    expectShapeError(
      () => convolutionShape([1, 1, 8, 8], [1, 1, 3, 3], { strides: [1, 1, 1] }, "conv2d"),
      "conv2d",
      "strides to be one integer or 2 integers of at least 1",
      "[1, 1, 1]",
    );
  });
});

describe("transposedConvolutionShape", () => {
  it("sizes each axis and multiplies the groups into the channels", () => {
    const options = { strides: [2, 3], padding: [1, 0], outputPadding: [1, 2], groups: 2 };
    expect(transposedConvolutionShape([2, 4, 5, 6], [4, 3, 3, 3], options)).toEqual([2, 6, 10, 20]);
    expect(transposedConvolutionShape([1, 1, 4], [1, 1, 2], { strides: 2 })).toEqual([1, 1, 8]);
    expect(transposedConvolutionShape([1, 2, 2, 2, 2], [2, 5, 3, 3, 3], { dilation: 2 })).toEqual([1, 5, 6, 6, 6]);
  });

  it("refuses channels, groups and output padding that do not fit", () => {
    const op = "conv2dTranspose";
    const both = "x is [1, 3, 4, 4], weight is [2, 1, 3, 3]";
    const shape = (options: object) => () => transposedConvolutionShape([1, 3, 4, 4], [2, 1, 3, 3], options, op);
    expectShapeError(shape({}), op, "weight to have 3 input channels (axis 0)", "2", both);
    expectShapeError(shape({ groups: 2 }), op, "groups to divide the 3 input channels", "2", both);
    expectShapeError(
      () => transposedConvolutionShape([1, 2, 4, 4], [2, 1, 3, 3], { strides: [2, 1], outputPadding: 1 }, op),
      op,
      "outputPadding below the stride 1 on axis 3",
      "1",
    );
  });
});

describe("poolShape", () => {
  it("steps by the pool size unless told otherwise", () => {
    expect(poolShape([2, 3, 7, 8], { poolSize: 2 })).toEqual([2, 3, 3, 4]);
    expect(poolShape([2, 3, 7, 8], { poolSize: 2, ceilMode: true })).toEqual([2, 3, 4, 4]);
    expect(poolShape([2, 3, 7], { poolSize: 3, strides: 1, padding: 1 })).toEqual([2, 3, 7]);
    expect(poolShape([1, 1, 4, 6, 8], { poolSize: [1, 2, 4] })).toEqual([1, 1, 4, 3, 2]);
  });

  it("refuses a pool larger than the padded input", () => {
    expectShapeError(
      () => poolShape([1, 1, 4, 2], { poolSize: [2, 3] }, "MaxPool2D"),
      "MaxPool2D",
      "a kernel of at most 2 on axis 3, the padded input",
      "3",
      "input 2, padding 0 before and 0 after",
    );
  });
});

describe("weight shapes", () => {
  it("put output channels first, and input channels first when transposed", () => {
    expect(convolutionWeightShape(16, { channels: 120, kernelSize: 5 }, 2)).toEqual([120, 16, 5, 5]);
    expect(convolutionWeightShape(4, { channels: 6, kernelSize: [3, 1, 2], groups: 2 }, 3)).toEqual([6, 2, 3, 1, 2]);
    expect(transposedConvolutionWeightShape(4, { channels: 6, kernelSize: 3, groups: 2 }, 1)).toEqual([4, 3, 3]);
  });

  it("refuse groups that do not divide", () => {
    const op = "Conv2D";
    const weight = (channels: number, groups: number) => () =>
      convolutionWeightShape(4, { channels, kernelSize: 3, groups }, 2, op);
    expectShapeError(weight(6, 3), op, "groups to divide the 4 input channels", "3");
    expectShapeError(weight(6, 4), op, "groups to divide the 6 output channels", "4");
    expectShapeError(weight(0, 1), op, "channels to be an integer of at least 1", "0");
  });
});

import { describe, expect, it } from "vitest";
import {
  type PadPair,
  referenceConvolution,
  referenceConvolutionInputGradient,
  referenceConvolutionWeightGradient,
  referenceTransposedConvolution,
  type ShapedArray,
} from "../src/index.ts";
import { expectShapeError } from "./expect-shape-error.ts";
import { convolveNested, integersOf, nest } from "./nested.ts";

interface Case {
  readonly spatial: number[];
  readonly kernel: number[];
  readonly strides: number[];
  readonly padding: PadPair[];
  readonly dilation: number[];
  readonly groups: number;
}

/** Unequal on every axis, so that swapped axes show. */
const grid: Case[] = [1, 2, 3].flatMap((rank) =>
  [
    [1, 1, 1],
    [2, 3, 2],
    [3, 2, 1],
  ].flatMap((kernel) =>
    [
      [1, 1, 1],
      [2, 1, 3],
    ].flatMap((strides) =>
      [
        [
          [0, 0],
          [0, 0],
          [0, 0],
        ] as PadPair[],
        [
          [1, 2],
          [0, 1],
          [2, 0],
        ] as PadPair[],
      ].flatMap((padding) =>
        [
          [1, 1, 1],
          [2, 1, 2],
        ].flatMap((dilation) =>
          [1, 2].map((groups) => ({
            spatial: [5, 4, 6].slice(0, rank),
            kernel: kernel.slice(0, rank),
            strides: strides.slice(0, rank),
            padding: padding.slice(0, rank),
            dilation: dilation.slice(0, rank),
            groups,
          })),
        ),
      ),
    ),
  ),
);

function arraysOf({ spatial, kernel, groups }: Case) {
  return {
    x: integersOf([2, 2, ...spatial], 1),
    weight: integersOf([4, 2 / groups, ...kernel], 2),
    bias: [3, -1, 4, 1],
  };
}

const unit = ({ shape, data }: ShapedArray, index: number): ShapedArray => ({
  shape,
  data: Float64Array.from({ length: data.length }, (_, i) => (i === index ? 1 : 0)),
});

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0);

describe("referenceConvolution", () => {
  it("gives the lesson's 19 25 37 43", () => {
    const x = { shape: [1, 1, 3, 3], data: [0, 1, 2, 3, 4, 5, 6, 7, 8] };
    const weight = { shape: [1, 1, 2, 2], data: [0, 1, 2, 3] };
    const y = referenceConvolution(x, weight);
    expect(y.shape).toEqual([1, 1, 2, 2]);
    expect([...y.data]).toEqual([19, 25, 37, 43]);
  });

  it("adds two input channels, 37 + 19 = 56", () => {
    const x = { shape: [1, 2, 3, 3], data: [1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8] };
    const weight = { shape: [1, 2, 2, 2], data: [1, 2, 3, 4, 0, 1, 2, 3] };
    expect([...referenceConvolution(x, weight).data]).toEqual([56, 72, 104, 120]);
  });

  it.each(grid)("agrees with recursion over padded, stuffed lists: %o", (geometry) => {
    const { x, weight, bias } = arraysOf(geometry);
    const y = referenceConvolution(x, weight, { ...geometry, bias });
    expect(nest(y)).toEqual(convolveNested(x, weight, { ...geometry, bias }));
  });

  it("multiplies padding zeros, so an infinite weight shows", () => {
    const x = { shape: [1, 1, 1], data: [1] };
    const weight = { shape: [1, 1, 2], data: [Infinity, 1] };
    expect([...referenceConvolution(x, weight, { padding: [[1, 0]] }).data]).toEqual([NaN]);
  });

  it("refuses arrays that do not fill their shape", () => {
    const op = "referenceConvolution";
    const x = { shape: [1, 1, 3], data: [1, 2, 3] };
    const weight = { shape: [1, 1, 2], data: [1, 2] };
    const short = { shape: [1, 1, 3], data: [1, 2] };
    expectShapeError(() => referenceConvolution(short, weight), op, "x [1, 1, 3] to hold 3 numbers", "2");
    expectShapeError(
      () => referenceConvolution(x, { ...weight, data: [1] }),
      op,
      "weight [1, 1, 2] to hold 2 numbers",
      "1",
    );
    expectShapeError(
      () => referenceConvolution(x, weight, { bias: [1, 2] }),
      op,
      "bias to hold 1 numbers, one per output channel",
      "2",
    );
    expectShapeError(
      () => referenceConvolution(x, weight, { precision: "float16" as "float32" }),
      op,
      'precision to be "float64" or "float32"',
      '"float16"',
    );
  });
});

describe("referenceConvolution in float32", () => {
  // Printed by the notebook's padding cell (MXNet 1.4.1); the kernel is the one its generator drew.
  // prettier-ignore
  const x = Float32Array.of(
    0.3679345, 1.4534262, 0.24154152,
    0.47898006, 0.96885103, -1.0218245,
    -0.06812762, -0.31868345, -0.17634277,
  );
  const kernel = Float32Array.of(-0.05337812, 0.026412562, -0.025482357, 0.053266622);
  const weight = { shape: [1, 1, 2, 2], data: kernel };
  const plain = [0.05815094, -0.15031917, -0.01521636, -0.07997683];
  const padded = [
    [0.01959863, 0.06804327, -0.02417062, -0.00615505],
    [0.03523174, 0.05815094, -0.15031917, 0.01314546],
    [0.00902216, -0.01521636, -0.07997683, 0.0590367],
    [-0.00179942, -0.00478072, 0.01235306, 0.00941285],
  ].flat();
  const printed = (values: ArrayLike<number>) => Array.from(values, (value) => Number(value.toFixed(8)));

  it("reproduces every number that the padding cell printed", () => {
    const image = { shape: [1, 1, 3, 3], data: x };
    expect(printed(referenceConvolution(image, weight, { precision: "float32" }).data)).toEqual(plain);
    expect(printed(referenceConvolution(image, weight, { precision: "float32", padding: 1 }).data)).toEqual(padded);
  });

  it("rounds each product and each sum", () => {
    const tiny = 2 ** -24;
    const ones = { shape: [1, 1, 3], data: [1, 1, 1] };
    const sum = (data: number[], options: object) =>
      referenceConvolution(ones, { shape: [1, 1, 3], data }, { precision: "float32", ...options }).data[0];
    expect(sum([1, tiny, tiny], {})).toBe(1);
    expect(sum([tiny, tiny, 1], {})).toBe(1 + 2 * tiny);
    expect(sum([1, 0, 0], { bias: [tiny] })).toBe(1);
    const third = { shape: [1, 1, 1], data: [Math.fround(1 / 3)] };
    const product = referenceConvolution(third, third, { precision: "float32" }).data[0]!;
    expect(product).toBe(Math.fround(Math.fround(1 / 3) ** 2));
    expect(product).not.toBe(Math.fround(1 / 3) ** 2);
  });
});

describe("the reference gradients", () => {
  it("follow the lesson's example by hand", () => {
    const x = { shape: [1, 1, 3, 3], data: [0, 1, 2, 3, 4, 5, 6, 7, 8] };
    const weight = { shape: [1, 1, 2, 2], data: [0, 1, 2, 3] };
    const dy = { shape: [1, 1, 2, 2], data: [1, 1, 1, 1] };
    expect([...referenceConvolutionInputGradient(dy, weight, x.shape).data]).toEqual([0, 1, 1, 2, 6, 4, 2, 5, 3]);
    expect([...referenceConvolutionWeightGradient(x, dy, weight.shape).data]).toEqual([8, 12, 20, 24]);
  });

  it.each(grid.filter(({ spatial }) => spatial.length < 3))(
    "are the derivatives, element by element: %o",
    (geometry) => {
      const { x, weight } = arraysOf(geometry);
      const y = referenceConvolution(x, weight, geometry);
      const dy = integersOf(y.shape, 3);
      const dx = referenceConvolutionInputGradient(dy, weight, x.shape, geometry);
      const dw = referenceConvolutionWeightGradient(x, dy, weight.shape, geometry);
      expect([dx.shape, dw.shape]).toEqual([x.shape, weight.shape]);
      const alongX = x.data.map((_, i) => dot(dy.data, referenceConvolution(unit(x, i), weight, geometry).data));
      const alongWeight = weight.data.map((_, i) =>
        dot(dy.data, referenceConvolution(x, unit(weight, i), geometry).data),
      );
      expect(dx.data).toEqual(alongX);
      expect(dw.data).toEqual(alongWeight);
    },
  );

  it.each(grid.filter(({ spatial }) => spatial.length === 3))(
    "satisfy <dy, y> = <dx, x> = <dw, weight>: %o",
    (geometry) => {
      const { x, weight } = arraysOf(geometry);
      const y = referenceConvolution(x, weight, geometry);
      const dy = integersOf(y.shape, 3);
      const along = dot(dy.data, y.data);
      expect(dot(referenceConvolutionInputGradient(dy, weight, x.shape, geometry).data, x.data)).toBe(along);
      expect(dot(referenceConvolutionWeightGradient(x, dy, weight.shape, geometry).data, weight.data)).toBe(along);
    },
  );

  it("refuse a dy that is not shaped as the result", () => {
    const weight = { shape: [1, 1, 2, 2], data: [0, 1, 2, 3] };
    const x = { shape: [1, 1, 3, 3], data: [0, 1, 2, 3, 4, 5, 6, 7, 8] };
    const dy = { shape: [1, 1, 3, 3], data: new Float64Array(9) };
    expectShapeError(
      () => referenceConvolutionInputGradient(dy, weight, x.shape),
      "referenceConvolutionInputGradient",
      "dy of shape [1, 1, 2, 2]",
      "[1, 1, 3, 3]",
    );
    expectShapeError(
      () => referenceConvolutionWeightGradient(x, dy, weight.shape),
      "referenceConvolutionWeightGradient",
      "dy of shape [1, 1, 2, 2]",
      "[1, 1, 3, 3]",
    );
  });
});

describe("referenceTransposedConvolution", () => {
  it("stamps the kernel once per input element", () => {
    const x = { shape: [1, 1, 2, 2], data: [1, 2, 3, 4] };
    const weight = { shape: [1, 1, 2, 2], data: [1, 10, 100, 1000] };
    const y = referenceTransposedConvolution(x, weight, { strides: 2, outputPadding: [0, 1], bias: [0.5] });
    expect(y.shape).toEqual([1, 1, 4, 5]);
    const stamps = [1, 10, 2, 20, 0, 100, 1000, 200, 2000, 0, 3, 30, 4, 40, 0, 300, 3000, 400, 4000, 0];
    expect([...y.data].map((value) => value - 0.5)).toEqual(stamps);
  });

  it("adds overlaps, drops padding, and keeps groups apart", () => {
    const x = { shape: [1, 2, 3], data: [1, 2, 3, 1, 1, 1] };
    const weight = { shape: [2, 1, 3], data: [1, 1, 1, 2, 0, 1] };
    const y = referenceTransposedConvolution(x, weight, { groups: 2, padding: [[1, 0]], bias: [0, 10] });
    expect(nest(y)).toEqual([
      [
        [3, 6, 5, 3],
        [12, 13, 11, 11],
      ],
    ]);
  });
});

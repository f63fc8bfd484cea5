import { perAxis, positionsIn, requireInteger, show, sizeOf } from "./axes.ts";
import { ShapeError } from "./errors.ts";
import { type ReferenceConvolutionOptions, rounding } from "./reference-convolution.ts";
import { requireBias, requireFilled, type ShapedArray } from "./shaped-array.ts";
import { convolutionShape } from "./shapes.ts";
import { windowAxes } from "./window.ts";

/** One product of one output cell. */
export interface TraceTerm {
  /** Channel of x. */
  readonly inputChannel: number;
  /** Index in the kernel, one per spatial axis. */
  readonly kernelPosition: readonly number[];
  /** Index in the input without padding, one per spatial axis; negative or beyond the extent inside padding. */
  readonly inputPosition: readonly number[];
  readonly isPadding: boolean;
  /** 0 inside padding. */
  readonly x: number;
  readonly weight: number;
  readonly product: number;
}

/** What one input channel contributes to one output cell. */
export interface TracePartialSum {
  /** Channel of x. */
  readonly inputChannel: number;
  readonly terms: readonly TraceTerm[];
  /** Sum of the terms' products. */
  readonly sum: number;
}

/** One output cell, taken apart. */
export interface TraceCell {
  /** Index in the batch. */
  readonly image: number;
  /** Output channel. */
  readonly channel: number;
  /** Index in the output, one per spatial axis. */
  readonly position: readonly number[];
  /** First and last input index of the window, one per spatial axis, counted without padding (so possibly negative). */
  readonly window: { readonly first: readonly number[]; readonly last: readonly number[] };
  /** One entry per input channel of the cell's group. */
  readonly partialSums: readonly TracePartialSum[];
  /** Sum of all products in order; in float32 it need not be the rounded sum of the partial sums. */
  readonly sum: number;
  /** 0 without bias. */
  readonly bias: number;
  /** `sum + bias`, the value of the convolution here. */
  readonly output: number;
}

/** A convolution step by step. Cells are computed when they are asked for. */
export interface ConvolutionTrace {
  /** `[n, cOut, ...output]` */
  readonly outputShape: readonly number[];
  /** Extent of each spatial axis of the input with its padding. */
  readonly paddedSize: readonly number[];
  /**
   * The cell at `position` of the output.
   *
   * @param position One index per spatial axis.
   * @param channel Output channel, default 0.
   * @param image Index in the batch, default 0.
   * @throws ShapeError when the cell lies outside the output.
   */
  cell(position: readonly number[], channel?: number, image?: number): TraceCell;
  /** All cells in row-major order. */
  cells(): Generator<TraceCell>;
  /** Whether this input index (counted without padding) lies in the padding ring. */
  isPadding(inputPosition: readonly number[]): boolean;
  /** How many windows of one channel read this input index (counted without padding; padding indices allowed). */
  readCount(inputPosition: readonly number[]): number;
  /** Real input indices that no window reads: a stride leaves them at the end, or between windows. Row-major. */
  unreadPixels(): number[][];
}

/**
 * Takes a convolution apart: for each output cell its window, products, partial sum of each input channel and sum.
 *
 * @param x `[n, cIn, ...spatial]` with one to three spatial axes.
 * @param weight `[cOut, cIn / groups, ...kernel]`
 * @param options As for `referenceConvolution`, whose numbers the cells reproduce exactly.
 * @throws ShapeError as `referenceConvolution`.
 * @see lesson, cells T2, T3, T7 and T9
 */
export function traceConvolution(
  x: ShapedArray,
  weight: ShapedArray,
  options: ReferenceConvolutionOptions = {},
): ConvolutionTrace {
  const op = "traceConvolution";
  const outputShape = convolutionShape(x.shape, weight.shape, options, op);
  requireFilled(op, "x", x);
  requireFilled(op, "weight", weight);
  requireBias(op, options.bias, outputShape[1]!);
  const [images, channels, ...outputSize] = outputShape as [number, number, ...number[]];
  const [cInOfGroup, ...kernelSize] = weight.shape.slice(1) as [number, ...number[]];
  const spatial = x.shape.slice(2);
  const axes = windowAxes(op, { ...options, kernelSize }, spatial.length);
  const round = rounding(op, options);
  const groups = options.groups ?? 1;

  const isPadding = (inputPosition: readonly number[]) =>
    inputPosition.some((index, i) => index < 0 || index >= spatial[i]!);

  /** Input channel, kernel element and window of one product. */
  function term(image: number, channel: number, c: number, k: readonly number[], first: readonly number[]): TraceTerm {
    const inputChannel = Math.floor(channel / (channels / groups)) * cInOfGroup + c;
    const inputPosition = axes.map(({ dilation }, i) => first[i]! + k[i]! * dilation);
    const padded = isPadding(inputPosition);
    const value = padded ? 0 : x.data[flatIndex(x.shape, [image, inputChannel, ...inputPosition])]!;
    const factor = weight.data[flatIndex(weight.shape, [channel, c, ...k])]!;
    const product = round(value * factor);
    return { inputChannel, kernelPosition: k, inputPosition, isPadding: padded, x: value, weight: factor, product };
  }

  function cell(position: readonly number[], channel = 0, image = 0): TraceCell {
    requireBelow(op, "position", perAxis(op, "position", position, outputSize.length, 0), outputSize);
    requireBelow(op, "channel", [requireInteger(op, "channel", channel, 0)], [channels]);
    requireBelow(op, "image", [requireInteger(op, "image", image, 0)], [images]);
    const first = axes.map(({ stride, before }, i) => position[i]! * stride - before);
    const window = { first, last: axes.map(({ span }, i) => first[i]! + span - 1) };
    let sum = 0;
    const partialSums = Array.from({ length: cInOfGroup }, (_, c) => {
      const terms = [...positionsIn(kernelSize)].map((k) => term(image, channel, c, k, first));
      sum = terms.reduce((total, { product }) => round(total + product), sum);
      const partial = terms.reduce((total, { product }) => round(total + product), 0);
      return { inputChannel: terms[0]!.inputChannel, terms, sum: partial };
    });
    const bias = options.bias?.[channel] ?? 0;
    return { image, channel, position: [...position], window, partialSums, sum, bias, output: round(sum + bias) };
  }

  function* cells(): Generator<TraceCell> {
    for (const [image, channel, ...position] of positionsIn(outputShape)) yield cell(position, channel, image);
  }

  function readCount(inputPosition: readonly number[]): number {
    const counts = axes.map((axis, i) => {
      let count = 0;
      for (let output = 0; output < outputSize[i]!; output++) {
        const distance = inputPosition[i]! + axis.before - output * axis.stride;
        if (distance >= 0 && distance < axis.span && distance % axis.dilation === 0) count++;
      }
      return count;
    });
    return sizeOf(counts);
  }

  return {
    outputShape,
    paddedSize: axes.map(({ before, after }, i) => before + spatial[i]! + after),
    cell,
    cells,
    isPadding,
    readCount,
    unreadPixels: () => [...positionsIn(spatial)].filter((pixel) => readCount(pixel) === 0),
  };
}

function flatIndex(shape: readonly number[], position: readonly number[]): number {
  return position.reduce((flat, index, axis) => flat * shape[axis]! + index, 0);
}

function requireBelow(op: string, name: string, indices: readonly number[], sizes: readonly number[]): void {
  if (indices.some((index, i) => index >= sizes[i]!)) {
    throw new ShapeError(op, `${name} to be below ${show([...sizes])}`, show([...indices]));
  }
}

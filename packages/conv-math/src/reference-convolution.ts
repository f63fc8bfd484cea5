import { show, sizeOf } from "./axes.ts";
import { ShapeError } from "./errors.ts";
import { visitProducts } from "./products.ts";
import { requireBias, requireFilled, requireShape, type ShapedArray } from "./shaped-array.ts";
import {
  type ConvolutionOptions,
  convolutionShape,
  type TransposedConvolutionOptions,
  transposedConvolutionShape,
} from "./shapes.ts";

export interface ReferenceConvolutionOptions extends ConvolutionOptions {
  /** `[cOut]`, added after the sum. */
  readonly bias?: ArrayLike<number> | undefined;
  /**
   * `float64` (default), or `float32`: every product and every sum is rounded to float32, in the order input channel,
   * kernel row, kernel column.
   */
  readonly precision?: "float64" | "float32" | undefined;
}

export interface ReferenceTransposedConvolutionOptions extends TransposedConvolutionOptions {
  /** `[cOut]`, added after the sum. */
  readonly bias?: ArrayLike<number> | undefined;
}

/**
 * Convolution (a cross-correlation: the kernel is not flipped) by plain nested loops, as the judge of faster ones.
 *
 * `y[n, o, p] = bias[o] + sum over c, k of x[n, c, p stride + k dilation - before] weight[o, c, k]`, zeros outside x.
 *
 * @param x `[n, cIn, ...spatial]` with one to three spatial axes.
 * @param weight `[cOut, cIn / groups, ...kernel]`
 * @param options Strides, padding (per side, may differ), dilation, groups, bias, precision.
 * @returns `[n, cOut, ...output]`, float64 numbers, each a float32 value when `precision` is `float32`.
 * @throws ShapeError as `convolutionShape`, and when an array or the bias has the wrong length.
 */
export function referenceConvolution(
  x: ShapedArray,
  weight: ShapedArray,
  options: ReferenceConvolutionOptions = {},
): ShapedArray<Float64Array> {
  const op = "referenceConvolution";
  const shape = convolutionShape(x.shape, weight.shape, options, op);
  requireFilled(op, "x", x);
  requireFilled(op, "weight", weight);
  requireBias(op, options.bias, shape[1]!);
  const { bias } = options;
  const round = rounding(op, options);
  const y = new Float64Array(sizeOf(shape));
  visitProducts(x.shape, weight.shape, options, (yIndex, xIndex, weightIndex) => {
    const product = round((xIndex < 0 ? 0 : x.data[xIndex]!) * weight.data[weightIndex]!);
    y[yIndex] = round(y[yIndex]! + product);
  });
  return { shape, data: bias === undefined ? y : plusBias(y, shape, bias, round) };
}

/**
 * Gradient of a convolution with respect to its input, by the same loops.
 *
 * Every product `x weight` of `y` gives `dy weight` to `dx`.
 *
 * @param dy `[n, cOut, ...output]`, the gradient of the result.
 * @param weight `[cOut, cIn / groups, ...kernel]`
 * @param inputShape `[n, cIn, ...spatial]`; a stride makes several input sizes give one output size.
 * @param options Strides, padding, dilation, groups.
 * @returns `[n, cIn, ...spatial]`, summed in float64.
 * @throws ShapeError when the shapes do not belong to one convolution.
 */
export function referenceConvolutionInputGradient(
  dy: ShapedArray,
  weight: ShapedArray,
  inputShape: readonly number[],
  options: ConvolutionOptions = {},
): ShapedArray<Float64Array> {
  const op = "referenceConvolutionInputGradient";
  requireShape(op, "dy", dy.shape, convolutionShape(inputShape, weight.shape, options, op));
  requireFilled(op, "dy", dy);
  requireFilled(op, "weight", weight);
  const dx = new Float64Array(sizeOf(inputShape));
  visitProducts(inputShape, weight.shape, options, (yIndex, xIndex, weightIndex) => {
    if (xIndex >= 0) dx[xIndex] = dx[xIndex]! + dy.data[yIndex]! * weight.data[weightIndex]!;
  });
  return { shape: [...inputShape], data: dx };
}

/**
 * Gradient of a convolution with respect to its weight, by the same loops.
 *
 * Every product `x weight` of `y` gives `dy x` to `dw`.
 *
 * @param x `[n, cIn, ...spatial]`
 * @param dy `[n, cOut, ...output]`, the gradient of the result.
 * @param weightShape `[cOut, cIn / groups, ...kernel]`
 * @param options Strides, padding, dilation, groups.
 * @returns `[cOut, cIn / groups, ...kernel]`, summed in float64.
 * @throws ShapeError when the shapes do not belong to one convolution.
 */
export function referenceConvolutionWeightGradient(
  x: ShapedArray,
  dy: ShapedArray,
  weightShape: readonly number[],
  options: ConvolutionOptions = {},
): ShapedArray<Float64Array> {
  const op = "referenceConvolutionWeightGradient";
  requireShape(op, "dy", dy.shape, convolutionShape(x.shape, weightShape, options, op));
  requireFilled(op, "x", x);
  requireFilled(op, "dy", dy);
  const dw = new Float64Array(sizeOf(weightShape));
  visitProducts(x.shape, weightShape, options, (yIndex, xIndex, weightIndex) => {
    if (xIndex >= 0) dw[weightIndex] = dw[weightIndex]! + dy.data[yIndex]! * x.data[xIndex]!;
  });
  return { shape: [...weightShape], data: dw };
}

/**
 * Transposed convolution: the input gradient of the convolution that takes its result back to the shape of `x`.
 *
 * @param x `[n, cIn, ...spatial]`
 * @param weight `[cIn, cOut / groups, ...kernel]`
 * @param options Strides, padding, dilation, groups, output padding, bias.
 * @returns `[n, cOut, ...output]`, summed in float64.
 * @throws ShapeError as `transposedConvolutionShape`, and when an array or the bias has the wrong length.
 */
export function referenceTransposedConvolution(
  x: ShapedArray,
  weight: ShapedArray,
  options: ReferenceTransposedConvolutionOptions = {},
): ShapedArray<Float64Array> {
  const op = "referenceTransposedConvolution";
  const shape = transposedConvolutionShape(x.shape, weight.shape, options, op);
  requireBias(op, options.bias, shape[1]!);
  requireFilled(op, "x", x);
  requireFilled(op, "weight", weight);
  const { data } = referenceConvolutionInputGradient(x, weight, shape, options);
  return { shape, data: options.bias === undefined ? data : plusBias(data, shape, options.bias, (value) => value) };
}

/** The rounding after each operation that `precision` asks for. */
export function rounding(
  op: string,
  { precision = "float64" }: ReferenceConvolutionOptions,
): (value: number) => number {
  if (precision === "float64") return (value) => value;
  if (precision === "float32") return Math.fround;
  throw new ShapeError(op, `precision to be "float64" or "float32"`, show(precision));
}

function plusBias(
  y: Float64Array,
  shape: readonly number[],
  bias: ArrayLike<number>,
  round: (value: number) => number,
): Float64Array {
  const planeSize = sizeOf(shape.slice(2));
  return y.map((value, index) => round(value + bias[Math.floor(index / planeSize) % shape[1]!]!));
}

import { type Padding, type PerAxis, perAxis, requireInteger, requireSpatialShape, show } from "./axes.ts";
import { ShapeError } from "./errors.ts";
import { transposedSize, windowCount } from "./output-size.ts";
import { windowAxes } from "./window.ts";

/** How a kernel slides over its input. */
export interface ConvolutionOptions {
  /** Default 1. */
  readonly strides?: PerAxis | undefined;
  /** Zeros on each side, default 0. */
  readonly padding?: Padding | undefined;
  /** Default 1. */
  readonly dilation?: PerAxis | undefined;
  /** Channels are cut into this many slices that are convolved apart, default 1. */
  readonly groups?: number | undefined;
}

export interface TransposedConvolutionOptions extends ConvolutionOptions {
  /** Elements added at the end of each output axis, 0 to `strides - 1`, default 0. */
  readonly outputPadding?: PerAxis | undefined;
}

/** Windows of a pooling, one number for all axes or one per axis. */
export interface PoolOptions {
  readonly poolSize: PerAxis;
  /** Default: `poolSize`. */
  readonly strides?: PerAxis | undefined;
  /** Padding on each side, default 0. */
  readonly padding?: Padding | undefined;
  /** Whether a last window that is only partly covered counts, default false. */
  readonly ceilMode?: boolean | undefined;
}

/** What decides the shape of a convolution's weight. */
export interface WeightOptions {
  /** Output channels. */
  readonly channels: number;
  /** One number for every axis, or one per axis. */
  readonly kernelSize: PerAxis;
  /** Default 1. */
  readonly groups?: number | undefined;
}

/**
 * Shape of a convolution's weight, `[channels, inChannels / groups, ...kernelSize]`.
 *
 * @param inChannels Channels of the input.
 * @param options Output channels, kernel size, groups.
 * @param spatialRank Number of spatial axes, 1 to 3.
 * @param op Name of the operation for errors.
 * @throws ShapeError when groups do not divide both channel counts, or an option is no integer of at least 1.
 */
export function convolutionWeightShape(
  inChannels: number,
  options: WeightOptions,
  spatialRank: number,
  op = "convolutionWeightShape",
): number[] {
  const { channels, groups, kernelSize } = checkWeight(op, inChannels, options, spatialRank);
  return [channels, inChannels / groups, ...kernelSize];
}

/**
 * Shape of a transposed convolution's weight, `[inChannels, channels / groups, ...kernelSize]`.
 *
 * Parameters and errors as for {@link convolutionWeightShape}.
 */
export function transposedConvolutionWeightShape(
  inChannels: number,
  options: WeightOptions,
  spatialRank: number,
  op = "transposedConvolutionWeightShape",
): number[] {
  const { channels, groups, kernelSize } = checkWeight(op, inChannels, options, spatialRank);
  return [inChannels, channels / groups, ...kernelSize];
}

/**
 * Output shape of a convolution in one to three spatial axes, each sized as by `convolutionOutputSize`.
 *
 * @param xShape `[n, cIn, ...spatial]`
 * @param weightShape `[cOut, cIn / groups, ...kernel]`
 * @param options Strides, padding, dilation, groups.
 * @param op Name of the operation for errors.
 * @returns `[n, cOut, ...output]`
 * @throws ShapeError when ranks or channels disagree, groups do not divide, or the kernel exceeds the padded input.
 */
export function convolutionShape(
  xShape: readonly number[],
  weightShape: readonly number[],
  options: ConvolutionOptions = {},
  op = "convolutionShape",
): number[] {
  requireSpatialShape(op, "x", "[n, cIn, ...spatial]", xShape);
  requireSpatialShape(op, "weight", "[cOut, cIn / groups, ...kernel]", weightShape);
  const both = bothShapes(xShape, weightShape);
  requireSameRank(op, xShape, weightShape, both);
  const groups = requireInteger(op, "groups", options.groups ?? 1, 1);
  const [n, cIn, ...spatial] = xShape as [number, number, ...number[]];
  const [cOut, cInOfGroup, ...kernelSize] = weightShape as [number, number, ...number[]];
  requireDivisible(op, "input channels", cIn, groups, both);
  requireDivisible(op, "output channels", cOut, groups, both);
  if (cInOfGroup !== cIn / groups) {
    const ofGroup = groups === 1 ? "" : ` in each of ${groups} groups`;
    throw new ShapeError(
      op,
      `weight to have ${cIn / groups} input channels${ofGroup} (axis 1)`,
      `${cInOfGroup}`,
      both(),
    );
  }
  const axes = windowAxes(op, { ...options, kernelSize }, spatial.length);
  return [n, cOut, ...spatial.map((size, i) => windowCount(op, size, axes[i]!, false, onAxis(i)))];
}

/**
 * Output shape of a transposed convolution, each axis sized as by `transposedConvolutionOutputSize`.
 *
 * @param xShape `[n, cIn, ...spatial]`
 * @param weightShape `[cIn, cOut / groups, ...kernel]`
 * @param options Strides, padding, dilation, groups, output padding.
 * @param op Name of the operation for errors.
 * @returns `[n, cOut, ...output]`
 * @throws ShapeError when ranks or channels disagree, groups do not divide, or an axis has no output.
 */
export function transposedConvolutionShape(
  xShape: readonly number[],
  weightShape: readonly number[],
  options: TransposedConvolutionOptions = {},
  op = "transposedConvolutionShape",
): number[] {
  requireSpatialShape(op, "x", "[n, cIn, ...spatial]", xShape);
  requireSpatialShape(op, "weight", "[cIn, cOut / groups, ...kernel]", weightShape);
  const both = bothShapes(xShape, weightShape);
  requireSameRank(op, xShape, weightShape, both);
  const groups = requireInteger(op, "groups", options.groups ?? 1, 1);
  const [n, cIn, ...spatial] = xShape as [number, number, ...number[]];
  const [cInOfWeight, cOutOfGroup, ...kernelSize] = weightShape as [number, number, ...number[]];
  requireDivisible(op, "input channels", cIn, groups, both);
  if (cInOfWeight !== cIn) {
    throw new ShapeError(op, `weight to have ${cIn} input channels (axis 0)`, `${cInOfWeight}`, both());
  }
  const axes = windowAxes(op, { ...options, kernelSize }, spatial.length);
  const added = perAxis(op, "outputPadding", options.outputPadding ?? 0, spatial.length, 0);
  const output = spatial.map((size, i) => transposedSize(op, size, axes[i]!, added[i]!, onAxis(i)));
  return [n, cOutOfGroup * groups, ...output];
}

/**
 * Output shape of pooling, each axis sized as by `poolOutputSize`.
 *
 * @param xShape `[n, c, ...spatial]`
 * @param options Pool size, strides, padding, ceil mode.
 * @param op Name of the operation for errors.
 * @returns `[n, c, ...output]`
 * @throws ShapeError when an option has the wrong length or range, or the window exceeds the padded input.
 */
export function poolShape(xShape: readonly number[], options: PoolOptions, op = "poolShape"): number[] {
  requireSpatialShape(op, "x", "[n, c, ...spatial]", xShape);
  const [n, c, ...spatial] = xShape as [number, number, ...number[]];
  const kernelSize = perAxis(op, "poolSize", options.poolSize, spatial.length);
  const { strides = kernelSize, padding, ceilMode = false } = options;
  const axes = windowAxes(op, { kernelSize, strides, padding }, spatial.length);
  return [n, c, ...spatial.map((size, i) => windowCount(op, size, axes[i]!, ceilMode, onAxis(i)))];
}

function checkWeight(op: string, inChannels: number, options: WeightOptions, spatialRank: number) {
  const channels = requireInteger(op, "channels", options.channels, 1);
  const groups = requireInteger(op, "groups", options.groups ?? 1, 1);
  requireDivisible(op, "input channels", requireInteger(op, "inChannels", inChannels, 1), groups);
  requireDivisible(op, "output channels", channels, groups);
  return { channels, groups, kernelSize: perAxis(op, "kernelSize", options.kernelSize, spatialRank) };
}

function requireDivisible(op: string, what: string, channels: number, groups: number, context?: () => string): void {
  if (channels % groups !== 0) {
    throw new ShapeError(op, `groups to divide the ${channels} ${what}`, `${groups}`, context?.());
  }
}

/** Both shapes, for errors: put together only then, as shapes are checked at every step of a training. */
function bothShapes(xShape: readonly number[], weightShape: readonly number[]): () => string {
  return () => `x is ${show(xShape)}, weight is ${show(weightShape)}`;
}

/** Names a spatial axis by its place in the array, for errors. */
function onAxis(spatialAxis: number): string {
  return ` on axis ${spatialAxis + 2}`;
}

function requireSameRank(
  op: string,
  xShape: readonly number[],
  weightShape: readonly number[],
  both: () => string,
): void {
  if (xShape.length !== weightShape.length) {
    throw new ShapeError(op, `weight to have rank ${xShape.length}, as x`, `rank ${weightShape.length}`, both());
  }
}

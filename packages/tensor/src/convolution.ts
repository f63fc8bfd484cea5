import {
  type ConvolutionOptions as Geometry,
  convolutionShape,
  paddingPerAxis,
  perAxis,
  ShapeError,
  shapeText,
} from "@camada/conv-math";
import { tidy, type Tensor, type Tensor3D, type Tensor4D, type Tensor5D } from "@tensorflow/tfjs-core";
import { requireActivation } from "./activation.ts";
import { runAffine } from "./affine.ts";
import { preferredLayout, type Layout } from "./backend.ts";
import { CONVOLUTION, type Activation, type ConvolutionAttrs } from "./kernels.ts";
import { batchShape, channelAxis, convertLayout, spatialShape } from "./layout.ts";

/**
 * Options of {@link conv1d}, {@link conv2d} and {@link conv3d}: strides, padding, dilation, groups, and what follows.
 *
 * `padding` is what is added on **each** side (Gluon's meaning); a pair `[before, after]` pads the ends of an axis apart.
 */
export interface ConvolutionOptions extends Geometry {
  /** Applied after the bias, fused where the backend can; `linear`. */
  readonly activation?: Activation | undefined;
  /** Where the channels of `x` and of the result stand; `NCHW`. The weight does not change. */
  readonly layout?: Layout | undefined;
}

/**
 * Cross-correlation of a batch with a set of filters (the kernel is not flipped), over one spatial axis.
 * @see {@link conv2d} for the formula; every option has one entry.
 * @param x `[n, cIn, w]`
 * @param weight `[cOut, cIn / groups, kw]`
 * @param bias `[cOut]`, or none.
 * @returns `[n, cOut, ow]`
 * @throws {ShapeError} when shapes or options do not fit.
 */
export function conv1d(x: Tensor3D, weight: Tensor3D, bias?: Tensor, options?: ConvolutionOptions): Tensor3D {
  return convolution("conv1d", 1, x, weight, bias, options) as Tensor3D;
}

/**
 * Cross-correlation of a batch of images with a set of filters: the kernel is not flipped.
 *
 * `y[n, o, i, j] = bias[o] + Σ_c Σ_u Σ_v x[n, c, i·sh + u·dh − ph, j·sw + v·dw − pw] · weight[o, c, u, v]`, with zeros
 * outside `x`; the output has `floor((h + 2·ph − dh·(kh − 1) − 1) / sh) + 1` rows.
 * @param x `[n, cIn, h, w]`
 * @param weight `[cOut, cIn / groups, kh, kw]`
 * @param bias `[cOut]`, or none.
 * @returns `[n, cOut, oh, ow]`
 * @throws {ShapeError} when ranks, channels, groups or the kernel's extent do not fit, or there is no such activation.
 * @see MXNet 1.4.1, `mx.nd.Convolution`.
 */
export function conv2d(x: Tensor4D, weight: Tensor4D, bias?: Tensor, options?: ConvolutionOptions): Tensor4D {
  return convolution("conv2d", 2, x, weight, bias, options) as Tensor4D;
}

/**
 * Cross-correlation of a batch of volumes with a set of filters (the kernel is not flipped).
 * @see {@link conv2d} for the formula; every option has three entries.
 * @param x `[n, cIn, d, h, w]`
 * @param weight `[cOut, cIn / groups, kd, kh, kw]`
 * @param bias `[cOut]`, or none.
 * @returns `[n, cOut, od, oh, ow]`
 * @throws {ShapeError} when shapes or options do not fit.
 */
export function conv3d(x: Tensor5D, weight: Tensor5D, bias?: Tensor, options?: ConvolutionOptions): Tensor5D {
  return convolution("conv3d", 3, x, weight, bias, options) as Tensor5D;
}

function convolution(
  op: string,
  axes: number,
  x: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
  options: ConvolutionOptions = {},
): Tensor {
  const { activation = "linear", layout = "NCHW" } = options;
  requireActivation(op, activation);
  requireRanks(op, axes, x, weight);
  convolutionShape(channelsFirst(x, layout), weight.shape, options, op);
  requireBias(op, bias, weight.shape[0]);
  const attrs = convolutionAttrs(op, axes, options);
  const fastest = preferredLayout();
  return tidy(() => {
    const batch = convertLayout(x, layout, fastest);
    const y = runAffine(
      CONVOLUTION,
      { x: batch, weight, bias },
      { ...attrs, activation },
      channelAxis(x.rank, fastest),
    );
    return convertLayout(y, fastest, layout);
  });
}

/** Checks that `x` and `weight` both have two axes besides the spatial ones. */
export function requireRanks(op: string, axes: number, x: Tensor, weight: Tensor): void {
  for (const [name, tensor] of [
    ["x", x],
    ["weight", weight],
  ] as const) {
    if (tensor.rank === axes + 2) continue;
    throw new ShapeError(op, `${name} of rank ${axes + 2}`, `rank ${tensor.rank}, ${shapeText(tensor.shape)}`);
  }
}

/** Checks a bias of one number per output channel. */
export function requireBias(op: string, bias: Tensor | undefined, channels: number): void {
  if (bias === undefined || (bias.rank === 1 && bias.size === channels)) return;
  throw new ShapeError(op, `bias of shape [${channels}]`, shapeText(bias.shape));
}

/** The shape that `x` has, or would have, channels first. */
export function channelsFirst(x: Tensor, layout: Layout): number[] {
  return batchShape(x.shape[0], x.shape[channelAxis(x.rank, layout)]!, spatialShape(x.shape, layout), "NCHW");
}

/** Options as kernels take them: one entry per axis, both ends of the padding. */
export function convolutionAttrs(op: string, axes: number, options: Geometry): ConvolutionAttrs {
  const pairs = paddingPerAxis(op, options.padding ?? 0, axes);
  return {
    strides: perAxis(op, "strides", options.strides ?? 1, axes),
    padBegin: pairs.map(([before]) => before),
    padEnd: pairs.map(([, after]) => after),
    dilations: perAxis(op, "dilation", options.dilation ?? 1, axes),
    groups: options.groups ?? 1,
  };
}

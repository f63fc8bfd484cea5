import { ShapeError } from "@camada/conv-math";
import { tidy, type Tensor, type Tensor3D, type Tensor4D, type Tensor5D } from "@tensorflow/tfjs-core";
import { preferredLayout, type Layout } from "./backend.ts";
import { CONVOLUTION, type Activation, type ConvolutionAttrs } from "./kernels.ts";
import { convertLayout, spatialShape } from "./layout.ts";
import { perAxis, type PerAxis } from "./per-axis.ts";
import { runKernel } from "./run-kernel.ts";

/** Padding per spatial axis: the same on both ends (Gluon), or a pair `[begin, end]` for each axis. */
export type Padding = PerAxis | readonly (readonly [begin: number, end: number])[];

/** Options of {@link conv1d}, {@link conv2d} and {@link conv3d}. */
export interface ConvolutionOptions {
  /** Step of the window, per spatial axis; 1. */
  readonly strides?: PerAxis;
  /** Zeros added on **each** side, per spatial axis, or pairs for uneven padding; 0. */
  readonly padding?: Padding;
  /** Distance between neighbouring taps of the kernel, per spatial axis; 1. */
  readonly dilation?: PerAxis;
  /** Number of slices that channels are cut into, each convolved by itself; 1. */
  readonly groups?: number;
  /** Applied after the bias, fused where the backend can; `linear`. */
  readonly activation?: Activation;
  /** Where the channels of `x` and of the result stand; `NCHW`. The weight does not change. */
  readonly layout?: Layout;
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
 * @throws {ShapeError} when ranks, channels, groups or the kernel's extent do not fit.
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
  checkRanks(op, axes, x, weight);
  const attrs = convolutionAttrs(op, axes, options);
  const cIn = x.shape[layout === "NCHW" ? 1 : x.rank - 1]!;
  checkChannels(op, { x, weight, bias }, cIn, weight.shape[0]!, attrs.groups);
  checkExtents(op, spatialShape(x.shape, layout), weight.shape.slice(2), attrs);
  const fastest = preferredLayout();
  return tidy(() => {
    const inputs = { x: convertLayout(x, layout, fastest), weight, bias };
    return convertLayout(runKernel(CONVOLUTION, inputs, { ...attrs, activation }), fastest, layout);
  });
}

/** `x` and `weight` both need a batch or output axis, channels and one to three spatial axes. */
export function checkRanks(op: string, axes: number, x: Tensor, weight: Tensor): void {
  const rank = axes + 2;
  if (x.rank !== rank) throw new ShapeError(op, `x of rank ${rank}`, `rank ${x.rank}, [${x.shape.join(", ")}]`);
  if (weight.rank !== rank) {
    throw new ShapeError(op, `weight of rank ${rank}`, `rank ${weight.rank}, [${weight.shape.join(", ")}]`);
  }
}

/** The geometry that kernels take, from options. */
export function convolutionAttrs(op: string, axes: number, options: ConvolutionOptions): ConvolutionAttrs {
  const { groups = 1 } = options;
  if (!Number.isSafeInteger(groups) || groups < 1) throw new ShapeError(op, "groups of at least 1", String(groups));
  const [padBegin, padEnd] = bothEnds(op, options.padding ?? 0, axes);
  return {
    strides: perAxis(op, "strides", options.strides ?? 1, axes, 1),
    padBegin,
    padEnd,
    dilations: perAxis(op, "dilation", options.dilation ?? 1, axes, 1),
    groups,
  };
}

/** Padding at the beginning and at the end of each spatial axis. */
export function bothEnds(op: string, padding: Padding, axes: number): [begin: number[], end: number[]] {
  const isPairs = (p: Padding): p is readonly (readonly [number, number])[] =>
    typeof p !== "number" && p.some((entry) => typeof entry !== "number");
  if (!isPairs(padding)) {
    const each = perAxis(op, "padding", padding, axes, 0);
    return [each, each];
  }
  return [0, 1].map((end) =>
    perAxis(
      op,
      "padding",
      padding.map((pair) => pair[end as 0 | 1]),
      axes,
      0,
    ),
  ) as [number[], number[]];
}

/** Checks that channels, groups and bias agree with `weight` `[cOut, cIn / groups, ...]`. */
export function checkChannels(
  op: string,
  { x, weight, bias }: { x: Tensor; weight: Tensor; bias: Tensor | undefined },
  cIn: number,
  cOut: number,
  groups: number,
): void {
  const context = `x is [${x.shape.join(", ")}], weight is [${weight.shape.join(", ")}]`;
  for (const [name, channels] of [
    ["input", cIn],
    ["output", cOut],
  ] as const) {
    if (channels % groups !== 0) {
      throw new ShapeError(op, `${name} channels divisible by ${groups} groups`, String(channels), context);
    }
  }
  if (weight.shape[1] !== cIn / groups) {
    throw new ShapeError(
      op,
      `weight to have ${cIn / groups} input channels (axis 1)`,
      String(weight.shape[1]),
      context,
    );
  }
  if (bias !== undefined && (bias.rank !== 1 || bias.size !== cOut)) {
    throw new ShapeError(op, `bias of shape [${cOut}]`, `[${bias.shape.join(", ")}]`, context);
  }
}

/** Checks that the dilated kernel fits into the padded input on every axis. */
function checkExtents(op: string, input: readonly number[], kernel: readonly number[], attrs: ConvolutionAttrs): void {
  input.forEach((size, i) => {
    const padded = size + attrs.padBegin[i]! + attrs.padEnd[i]!;
    const extent = attrs.dilations[i]! * (kernel[i]! - 1) + 1;
    if (extent > padded) {
      throw new ShapeError(
        op,
        `a kernel of at most ${padded} on spatial axis ${i} (input ${size} with its padding)`,
        attrs.dilations[i] === 1 ? String(extent) : `${kernel[i]} dilated to ${extent}`,
      );
    }
  });
}

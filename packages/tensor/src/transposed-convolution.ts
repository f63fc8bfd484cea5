import { transposedConvolutionShape, type TransposedConvolutionOptions as Geometry } from "@camada/conv-math";
import * as tf from "@tensorflow/tfjs-core";
import { activation as activate, requireActivation } from "./activation.ts";
import { preferredLayout, type Layout } from "./backend.ts";
import { addBias } from "./bias.ts";
import { channelsFirst, convolutionAttrs, requireBias, requireRanks } from "./convolution.ts";
import { CONVOLUTION_INPUT_GRADIENT, type Activation } from "./kernels.ts";
import { batchShape, channelAxis, convertLayout } from "./layout.ts";
import { runKernel } from "./run-kernel.ts";

/**
 * Options of the transposed convolutions: those of a convolution, and `outputPadding`, what is added at the end of each
 * output axis (below its stride).
 */
export interface TransposedConvolutionOptions extends Geometry {
  /** Applied after the bias; `linear`. */
  readonly activation?: Activation | undefined;
  /** Where the channels of `x` and of the result stand; `NCHW`. The weight does not change. */
  readonly layout?: Layout | undefined;
}

/**
 * Transposed convolution over one spatial axis.
 * @see {@link conv2dTranspose}
 * @param x `[n, cIn, w]`
 * @param weight `[cIn, cOut / groups, kw]`
 * @param bias `[cOut]`, or none.
 * @returns `[n, cOut, ow]`
 * @throws {ShapeError} when shapes or options do not fit.
 */
export function conv1dTranspose(
  x: tf.Tensor3D,
  weight: tf.Tensor3D,
  bias?: tf.Tensor,
  options?: TransposedConvolutionOptions,
): tf.Tensor3D {
  return transposed("conv1dTranspose", 1, x, weight, bias, options) as tf.Tensor3D;
}

/**
 * Transposed convolution: the linear map whose matrix is the transpose of {@link conv2d}'s, the way back from its output
 * to its input. Output rows: `sh·(h − 1) + dh·(kh − 1) + 1 − 2·ph + outputPadding`.
 * @param x `[n, cIn, h, w]`
 * @param weight `[cIn, cOut / groups, kh, kw]`
 * @param bias `[cOut]`, or none.
 * @returns `[n, cOut, oh, ow]`
 * @throws {ShapeError} when shapes or options do not fit, or `outputPadding` reaches its stride.
 * @see MXNet 1.4.1, `mx.nd.Deconvolution`.
 */
export function conv2dTranspose(
  x: tf.Tensor4D,
  weight: tf.Tensor4D,
  bias?: tf.Tensor,
  options?: TransposedConvolutionOptions,
): tf.Tensor4D {
  return transposed("conv2dTranspose", 2, x, weight, bias, options) as tf.Tensor4D;
}

/**
 * Transposed convolution over three spatial axes.
 * @see {@link conv2dTranspose}
 * @param x `[n, cIn, d, h, w]`
 * @param weight `[cIn, cOut / groups, kd, kh, kw]`
 * @param bias `[cOut]`, or none.
 * @returns `[n, cOut, od, oh, ow]`
 * @throws {ShapeError} when shapes or options do not fit.
 */
export function conv3dTranspose(
  x: tf.Tensor5D,
  weight: tf.Tensor5D,
  bias?: tf.Tensor,
  options?: TransposedConvolutionOptions,
): tf.Tensor5D {
  return transposed("conv3dTranspose", 3, x, weight, bias, options) as tf.Tensor5D;
}

function transposed(
  op: string,
  axes: number,
  x: tf.Tensor,
  weight: tf.Tensor,
  bias: tf.Tensor | undefined,
  options: TransposedConvolutionOptions = {},
): tf.Tensor {
  const { activation = "linear", layout = "NCHW" } = options;
  requireActivation(op, activation);
  requireRanks(op, axes, x, weight);
  const [n, cOut, ...spatial] = transposedConvolutionShape(channelsFirst(x, layout), weight.shape, options, op);
  requireBias(op, bias, cOut!);
  const fastest = preferredLayout();
  const inputShape = batchShape(n!, cOut!, spatial, fastest);
  const attrs = { ...convolutionAttrs(op, axes, options), inputShape, activation: "linear" };
  return tf.tidy(() => {
    const y = runKernel(CONVOLUTION_INPUT_GRADIENT, { dy: convertLayout(x, layout, fastest), weight }, attrs);
    const biased = addBias(y, bias, channelAxis(y.rank, fastest));
    return convertLayout(activate(biased, activation), fastest, layout);
  });
}

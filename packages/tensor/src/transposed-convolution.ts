import { ShapeError } from "@camada/conv-math";
import * as tf from "@tensorflow/tfjs-core";
import { activation as activate } from "./activation.ts";
import { preferredLayout } from "./backend.ts";
import { bothEnds, checkRanks, convolutionAttrs, type ConvolutionOptions } from "./convolution.ts";
import { CONVOLUTION_INPUT_GRADIENT } from "./kernels.ts";
import { batchShape, channelAxis, convertLayout, spatialShape } from "./layout.ts";
import { perAxis, type PerAxis } from "./per-axis.ts";
import { runKernel } from "./run-kernel.ts";

/** Options of the transposed convolutions: those of a convolution, and what to add to the output's size. */
export interface TransposedConvolutionOptions extends ConvolutionOptions {
  /** Rows and columns added at the end of the output, per spatial axis, each below its stride; 0. */
  readonly outputPadding?: PerAxis;
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
  checkRanks(op, axes, x, weight);
  const attrs = convolutionAttrs(op, axes, options);
  const outputPadding = perAxis(op, "outputPadding", options.outputPadding ?? 0, axes, 0);
  const cIn = x.shape[channelAxis(x.rank, layout)]!;
  const cOut = weight.shape[1]! * attrs.groups;
  checkTransposed(op, { x, weight, bias }, cIn, cOut, attrs.groups);
  const [begin, end] = bothEnds(op, options.padding ?? 0, axes);
  const spatial = spatialShape(x.shape, layout).map((size, i) => {
    const stride = attrs.strides[i]!;
    if (outputPadding[i]! >= stride) {
      throw new ShapeError(
        op,
        `outputPadding below the stride ${stride} on spatial axis ${i}`,
        String(outputPadding[i]),
      );
    }
    const extent = attrs.dilations[i]! * (weight.shape[i + 2]! - 1) + 1;
    const output = stride * (size - 1) + extent - begin[i]! - end[i]! + outputPadding[i]!;
    if (output < 1) throw new ShapeError(op, `padding that leaves an output on spatial axis ${i}`, `size ${output}`);
    return output;
  });
  const fastest = preferredLayout();
  const inputShape = batchShape(x.shape[0]!, cOut, spatial, fastest);
  return tf.tidy(() => {
    const dy = convertLayout(x, layout, fastest);
    const y = runKernel(CONVOLUTION_INPUT_GRADIENT, { dy, weight }, { ...attrs, inputShape });
    const biasShape = batchShape(1, cOut, Array<number>(axes).fill(1), fastest);
    const biased = bias === undefined ? y : tf.add(y, tf.reshape(bias, biasShape));
    return convertLayout(activate(biased, activation), fastest, layout);
  });
}

function checkTransposed(
  op: string,
  { x, weight, bias }: { x: tf.Tensor; weight: tf.Tensor; bias: tf.Tensor | undefined },
  cIn: number,
  cOut: number,
  groups: number,
): void {
  const context = `x is [${x.shape.join(", ")}], weight is [${weight.shape.join(", ")}]`;
  if (weight.shape[0] !== cIn) {
    throw new ShapeError(op, `weight to have ${cIn} input channels (axis 0)`, String(weight.shape[0]), context);
  }
  if (cIn % groups !== 0) {
    throw new ShapeError(op, `input channels divisible by ${groups} groups`, String(cIn), context);
  }
  if (bias !== undefined && (bias.rank !== 1 || bias.size !== cOut)) {
    throw new ShapeError(op, `bias of shape [${cOut}]`, `[${bias.shape.join(", ")}]`, context);
  }
}

import * as tf from "@tensorflow/tfjs-core";
import { dilate, padEach } from "./pieces.ts";

/** A convolution over `[n, ...spatial, c]`: one number per spatial axis. */
export interface SpatialGeometry {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly padBegin: readonly number[];
  readonly padEnd: readonly number[];
}

type Shape4D = [number, number, number, number];
type Shape5D = [number, number, number, number, number];
/** A convolution without padding, channels last. */
export type Convolve = (x: tf.Tensor, filter: tf.Tensor, strides: number[], dilations: number[]) => tf.Tensor;

/** {@link Convolve} over `[n, h, w, c]`. */
export const convolve2d: Convolve = (x, filter, strides, dilations) =>
  tf.conv2d(
    x as tf.Tensor4D,
    filter as tf.Tensor4D,
    strides as [number, number],
    "valid",
    "NHWC",
    dilations as [number, number],
  );
/** {@link Convolve} over `[n, d, h, w, c]`. */
export const convolve3d: Convolve = (x, filter, strides, dilations) =>
  tf.conv3d(
    x as tf.Tensor5D,
    filter as tf.Tensor5D,
    strides as [number, number, number],
    "valid",
    "NDHWC",
    dilations as [number, number, number],
  );

/**
 * The gradient of the filter, `dw[k] = Σ x[n, s i + d k] dy[n, i]`: a convolution of `x` with `dy` as the filter, in
 * which batch and channels change places, and stride and dilation too.
 */
export function filterGradient(
  convolve: Convolve,
  x: tf.Tensor,
  dy: tf.Tensor,
  filterShape: readonly number[],
  { strides, dilations, padBegin, padEnd }: SpatialGeometry,
): tf.Tensor {
  const spatial = strides.map((_, i) => i + 1);
  const [batch, channels] = [0, x.rank - 1];
  const gradient = convolve(
    tf.transpose(padEach(x, [0, ...padBegin, 0], [0, ...padEnd, 0]), [channels, ...spatial, batch]),
    tf.transpose(dy, [...spatial, batch, channels]),
    [...dilations],
    [...strides],
  );
  const kernel = filterShape.slice(0, -2);
  const [cIn, cOut] = filterShape.slice(-2) as [number, number];
  const cut = tf.slice(
    gradient,
    Array.from(gradient.shape, () => 0),
    [cIn, ...kernel, cOut],
  );
  return tf.transpose(cut, [...spatial, batch, channels]);
}

/**
 * `dy` made ready for the gradient of the input: its elements spaced by the stride, with a border as wide as the filter
 * reaches, so that a stride-1 convolution with the turned filter covers the padded input.
 */
export function spaceOut(
  dy: tf.Tensor,
  inputShape: readonly number[],
  kernel: readonly number[],
  { strides, dilations, padBegin, padEnd }: SpatialGeometry,
): tf.Tensor {
  const spaced = strides.reduce((tensor: tf.Tensor, stride, i) => dilate(tensor, i + 1, stride), dy);
  const reach = kernel.map((size, i) => dilations[i]! * (size - 1));
  const behind = reach.map((border, i) => {
    const unused = inputShape[i + 1]! + padBegin[i]! + padEnd[i]! - border - spaced.shape[i + 1]!;
    return border + Math.max(0, unused);
  });
  return padEach(spaced, [0, ...reach, 0], [0, ...behind, 0]);
}

/** The gradient of the input: the spaced-out `dy` convolved with the filter turned by 180°, its channels exchanged. */
export function inputGradient(
  convolve: Convolve,
  dy: tf.Tensor,
  filter: tf.Tensor,
  inputShape: readonly number[],
  geometry: SpatialGeometry,
): tf.Tensor {
  const kernel = filter.shape.slice(0, -2);
  const spatial = kernel.map((_, i) => i);
  const turned = tf.transpose(tf.reverse(filter, spatial), [...spatial, filter.rank - 1, filter.rank - 2]);
  const full = convolve(
    spaceOut(dy, inputShape, kernel, geometry),
    turned,
    kernel.map(() => 1),
    [...geometry.dilations],
  );
  return tf.slice(full, [0, ...geometry.padBegin, 0], [...inputShape]);
}

/** The numbers behind a 2-D convolution's attributes, for `[n, h, w, c]`. */
export function geometry2d(
  shape: readonly number[],
  filterShape: readonly number[],
  { strides, pad, dilations, dimRoundingMode }: Omit<tf.Conv2DAttrs, "dataFormat">,
  depthwise = false,
): SpatialGeometry {
  const info = tf.backend_util.computeConv2DInfo(
    shape as Shape4D,
    filterShape as Shape4D,
    strides,
    dilations,
    pad,
    dimRoundingMode,
    depthwise,
  );
  const { top, bottom, left, right } = info.padInfo;
  return {
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    padBegin: [top, left],
    padEnd: [bottom, right],
  };
}

/** The numbers behind a 3-D convolution's attributes, for `[n, d, h, w, c]`. */
export function geometry3d(
  shape: readonly number[],
  filterShape: readonly number[],
  { strides, pad, dilations }: Omit<tf.Conv3DAttrs, "dataFormat">,
): SpatialGeometry {
  const info = tf.backend_util.computeConv3DInfo(shape as Shape5D, filterShape as Shape5D, strides, dilations, pad);
  const { front, back, top, bottom, left, right } = info.padInfo;
  return {
    strides: [info.strideDepth, info.strideHeight, info.strideWidth],
    dilations: [info.dilationDepth, info.dilationHeight, info.dilationWidth],
    padBegin: [front, top, left],
    padEnd: [back, bottom, right],
  };
}

/** Whether a convolution skips elements of its input along any axis. */
export function isDilated({ dilations }: { readonly dilations: number | readonly number[] }): boolean {
  return [dilations].flat().some((dilation) => dilation !== 1);
}

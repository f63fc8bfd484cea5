import * as tf from "@tensorflow/tfjs-core";
import { hasKernel, rule, runKernel } from "./rule.ts";

type Shape4D = [number, number, number, number];
type Shape5D = [number, number, number, number, number];

/** Whether a convolution skips elements of its input along any axis. */
export function isDilated({ dilations }: { readonly dilations: number | readonly number[] }): boolean {
  return [dilations].flat().some((dilation) => dilation !== 1);
}

const toChannelsLast = (x: tf.Tensor, { dataFormat }: tf.Conv2DAttrs) =>
  (dataFormat === "NCHW" ? tf.transpose(x, [0, 2, 3, 1]) : x) as tf.Tensor4D;

/** Padding, strides and dilations of a convolution over `[n, h, w, c]`, as numbers. */
function geometry(shape: readonly number[], filterShape: readonly number[], attrs: tf.Conv2DAttrs) {
  const { strides, pad, dilations, dimRoundingMode } = attrs;
  return tf.backend_util.computeConv2DInfo(
    shape as Shape4D,
    filterShape as Shape4D,
    strides,
    dilations,
    pad,
    dimRoundingMode,
  );
}

/**
 * The gradient of the filter, `dw[a, b] = Σ x[n, s i + d a, s j + d b] dy[n, i, j]`: a convolution of `x` with `dy` as
 * the filter, in which batch and channels change places, and stride and dilation too.
 */
function filterGradientByConvolution(x: tf.Tensor, dy: tf.Tensor, shape: Shape4D, attrs: tf.Conv2DAttrs): tf.Tensor {
  const channelsLast = toChannelsLast(x, attrs);
  const { padInfo, strideHeight, strideWidth, dilationHeight, dilationWidth } = geometry(
    channelsLast.shape,
    shape,
    attrs,
  );
  const { top, bottom, left, right } = padInfo;
  const [kh, kw, cIn, cOut] = shape;
  const gradient = tf.conv2d(
    tf.transpose(channelsLast, [3, 1, 2, 0]),
    tf.transpose(toChannelsLast(dy, attrs), [1, 2, 0, 3]),
    [dilationHeight, dilationWidth],
    [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ],
    "NHWC",
    [strideHeight, strideWidth],
  );
  return tf.transpose(tf.slice(gradient, [0, 0, 0, 0], [cIn, kh, kw, cOut]), [1, 2, 0, 3]);
}

/**
 * The gradient of the input of a dilated convolution of stride 1: `dy` convolved with the filter turned by 180°, its
 * channels exchanged. Padding by the whole filter reaches every input; the forward padding is then cut off.
 */
function dilatedInputGradient(dy: tf.Tensor, filter: tf.Tensor, shape: Shape4D, attrs: tf.Conv2DAttrs): tf.Tensor {
  const channelsFirst = attrs.dataFormat === "NCHW";
  const [n, h, w, cIn] = channelsFirst ? [shape[0], shape[2], shape[3], shape[1]] : shape;
  const info = geometry([n, h, w, cIn], filter.shape, attrs);
  const [reachH, reachW] = [info.effectiveFilterHeight - 1, info.effectiveFilterWidth - 1];
  const gradient = tf.conv2d(
    toChannelsLast(dy, attrs),
    tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]) as tf.Tensor4D,
    1,
    [
      [0, 0],
      [reachH, reachH],
      [reachW, reachW],
      [0, 0],
    ],
    "NHWC",
    attrs.dilations,
  );
  const cut = tf.slice(gradient, [0, info.padInfo.top, info.padInfo.left, 0], [n, h, w, cIn]);
  return channelsFirst ? tf.transpose(cut, [0, 3, 1, 2]) : cut;
}

function inputGradient(dy: tf.Tensor, filter: tf.Tensor, inputShape: Shape4D, attrs: tf.Conv2DAttrs): tf.Tensor {
  if (isDilated(attrs)) return dilatedInputGradient(dy, filter, inputShape, attrs);
  const { strides, pad, dataFormat, dimRoundingMode } = attrs;
  return runKernel(tf.Conv2DBackpropInput, { dy, filter }, { strides, pad, dataFormat, dimRoundingMode, inputShape });
}

function filterGradient(x: tf.Tensor, dy: tf.Tensor, filterShape: Shape4D, attrs: tf.Conv2DAttrs): tf.Tensor {
  if (isDilated(attrs) || !hasKernel(tf.Conv2DBackpropFilter)) {
    return filterGradientByConvolution(x, dy, filterShape, attrs);
  }
  const { strides, pad, dataFormat, dimRoundingMode } = attrs;
  return runKernel(tf.Conv2DBackpropFilter, { x, dy }, { strides, pad, dataFormat, dimRoundingMode, filterShape });
}

const forward = (x: tf.Tensor, filter: tf.Tensor, { strides, pad, dataFormat, dimRoundingMode }: tf.Conv2DAttrs) =>
  tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, pad, dataFormat, 1, dimRoundingMode);

/** A convolution's two gradients are linear in both their inputs, so their own gradients are convolutions again. */
const convolution2dRules = [
  rule<[tf.Tensor4D, tf.Tensor4D], tf.Conv2DAttrs>(
    tf.Conv2D,
    { inputs: ["x", "filter"] },
    (dy, [x, filter], attrs) => ({
      x: () => inputGradient(dy, filter, x.shape, attrs),
      filter: () => filterGradient(x, dy, filter.shape, attrs),
    }),
  ),
  rule<[tf.Tensor4D, tf.Tensor4D], tf.Conv2DBackpropInputAttrs>(
    tf.Conv2DBackpropInput,
    { inputs: ["dy", "filter"] },
    (g, [dy, filter], attrs) => ({
      dy: () => forward(g, filter, { ...attrs, dilations: 1 }),
      filter: () => filterGradient(g, dy, filter.shape, { ...attrs, dilations: 1 }),
    }),
  ),
  rule<[tf.Tensor4D, tf.Tensor4D], tf.Conv2DBackpropFilterAttrs>(
    tf.Conv2DBackpropFilter,
    { inputs: ["x", "dy"] },
    (g, [x, dy], attrs) => ({
      x: () => inputGradient(dy, g, x.shape, { ...attrs, dilations: 1 }),
      dy: () => forward(x, g, { ...attrs, dilations: 1 }),
    }),
  ),
];

const inputGradient3d = (dy: tf.Tensor, filter: tf.Tensor, inputShape: Shape5D, { strides, pad }: tf.Conv3DAttrs) =>
  runKernel(tf.Conv3DBackpropInputV2, { dy, filter }, { strides, pad, inputShape });
const filterGradient3d = (x: tf.Tensor, dy: tf.Tensor, filterShape: Shape5D, { strides, pad }: tf.Conv3DAttrs) =>
  runKernel(tf.Conv3DBackpropFilterV2, { x, dy }, { strides, pad, filterShape });

const convolution3dRules = [
  rule<[tf.Tensor5D, tf.Tensor5D], tf.Conv3DAttrs>(tf.Conv3D, { inputs: ["x", "filter"] }, (dy, [x, filter], attrs) => {
    if (isDilated(attrs)) throw new RangeError("conv3d: expected dilation 1 for the gradient, got dilation above 1");
    return {
      x: () => inputGradient3d(dy, filter, x.shape, attrs),
      filter: () => filterGradient3d(x, dy, filter.shape, attrs),
    };
  }),
  rule<[tf.Tensor5D, tf.Tensor5D], tf.Conv3DAttrs>(
    tf.Conv3DBackpropInputV2,
    { inputs: ["dy", "filter"] },
    (g, [dy, filter], attrs) => ({
      dy: () => tf.conv3d(g as tf.Tensor5D, filter, attrs.strides, attrs.pad),
      filter: () => filterGradient3d(g, dy, filter.shape, attrs),
    }),
  ),
];

/** Rules of tfjs's own convolutions, channels last; ours have theirs beside the operation. */
export const convolutionRules: readonly tf.GradConfig[] = [...convolution2dRules, ...convolution3dRules];

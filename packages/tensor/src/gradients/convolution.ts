import * as tf from "@tensorflow/tfjs-core";
import { invoke } from "../invoke.ts";
import { hasKernel, rule } from "./rule.ts";
import { convolve2d, convolve3d, filterGradient, geometry2d, geometry3d, inputGradient, isDilated } from "./spatial.ts";

type Conv2DGeometry = Pick<tf.Conv2DAttrs, "strides" | "pad" | "dataFormat" | "dilations" | "dimRoundingMode">;

const toChannelsLast = (x: tf.Tensor, { dataFormat }: Conv2DGeometry) =>
  dataFormat === "NCHW" ? tf.transpose(x, [0, 2, 3, 1]) : x;

/** tfjs's gradient kernels know no dilation, and not every backend has both of them. */
const usesKernel = (kernelName: string, attrs: Conv2DGeometry) => !isDilated(attrs) && hasKernel(kernelName);

function inputGradient2d(dy: tf.Tensor, filter: tf.Tensor, shape: readonly number[], attrs: Conv2DGeometry): tf.Tensor {
  const { strides, pad, dataFormat, dimRoundingMode } = attrs;
  if (usesKernel(tf.Conv2DBackpropInput, attrs)) {
    const kernelAttrs = { strides, pad, dataFormat, dimRoundingMode, inputShape: shape };
    return invoke(tf.Conv2DBackpropInput, { dy, filter }, kernelAttrs);
  }
  const channelsFirst = dataFormat === "NCHW";
  const last = channelsFirst ? [shape[0]!, shape[2]!, shape[3]!, shape[1]!] : shape;
  const geometry = geometry2d(last, filter.shape, attrs);
  const gradient = inputGradient(convolve2d, toChannelsLast(dy, attrs), filter, last, geometry);
  return channelsFirst ? tf.transpose(gradient, [0, 3, 1, 2]) : gradient;
}

function filterGradient2d(x: tf.Tensor, dy: tf.Tensor, shape: readonly number[], attrs: Conv2DGeometry): tf.Tensor {
  const { strides, pad, dataFormat, dimRoundingMode } = attrs;
  if (usesKernel(tf.Conv2DBackpropFilter, attrs)) {
    const kernelAttrs = { strides, pad, dataFormat, dimRoundingMode, filterShape: shape };
    return invoke(tf.Conv2DBackpropFilter, { x, dy }, kernelAttrs);
  }
  const channelsLast = toChannelsLast(x, attrs);
  const geometry = geometry2d(channelsLast.shape, shape, attrs);
  return filterGradient(convolve2d, channelsLast, toChannelsLast(dy, attrs), shape, geometry);
}

function forward2d(x: tf.Tensor4D, filter: tf.Tensor4D, attrs: Omit<Conv2DGeometry, "dilations">): tf.Tensor {
  return tf.conv2d(x, filter, attrs.strides, attrs.pad, attrs.dataFormat, 1, attrs.dimRoundingMode);
}

type Tensors4D = [tf.Tensor4D, tf.Tensor4D];
type Tensors5D = [tf.Tensor5D, tf.Tensor5D];

/**
 * Rules of tfjs's own convolutions; ours have theirs beside the operation. A convolution's gradients are linear in both
 * their inputs, so that their own gradients are convolutions again. tfjs has no dilated gradients; these do.
 */
export const convolutionRules: readonly tf.GradConfig[] = [
  rule<Tensors4D, tf.Conv2DAttrs>(tf.Conv2D, { inputs: ["x", "filter"] }, (dy, [x, filter], attrs) => ({
    x: () => inputGradient2d(dy, filter, x.shape, attrs),
    filter: () => filterGradient2d(x, dy, filter.shape, attrs),
  })),
  rule<Tensors4D, tf.Conv2DBackpropInputAttrs>(
    tf.Conv2DBackpropInput,
    { inputs: ["dy", "filter"] },
    (g, [dy, filter], attrs) => ({
      dy: () => forward2d(g as tf.Tensor4D, filter, attrs),
      filter: () => filterGradient2d(g, dy, filter.shape, { ...attrs, dilations: 1 }),
    }),
  ),
  rule<Tensors4D, tf.Conv2DBackpropFilterAttrs>(
    tf.Conv2DBackpropFilter,
    { inputs: ["x", "dy"] },
    (g, [x, dy], attrs) => ({
      x: () => inputGradient2d(dy, g, x.shape, { ...attrs, dilations: 1 }),
      dy: () => forward2d(x, g as tf.Tensor4D, attrs),
    }),
  ),
  // In 3-D the kernels of some backends are wrong, so they are not used.
  rule<Tensors5D, tf.Conv3DAttrs>(tf.Conv3D, { inputs: ["x", "filter"] }, (dy, [x, filter], attrs) => {
    const geometry = geometry3d(x.shape, filter.shape, attrs);
    return {
      x: () => inputGradient(convolve3d, dy, filter, x.shape, geometry),
      filter: () => filterGradient(convolve3d, x, dy, filter.shape, geometry),
    };
  }),
  rule<Tensors5D, tf.Conv3DBackpropInputV2Attrs>(
    tf.Conv3DBackpropInputV2,
    { inputs: ["dy", "filter"] },
    (g, [dy, filter], attrs) => {
      const geometry = geometry3d(g.shape, filter.shape, { ...attrs, dilations: 1 });
      return {
        dy: () => tf.conv3d(g as tf.Tensor5D, filter, attrs.strides, attrs.pad),
        filter: () => filterGradient(convolve3d, g, dy, filter.shape, geometry),
      };
    },
  ),
];

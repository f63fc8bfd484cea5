import * as tf from "@tensorflow/tfjs-core";
import { invoke } from "../invoke.ts";
import { padEach } from "./pieces.ts";
import { hasKernel, rule } from "./rule.ts";
import { geometry2d, isDilated, spaceOut } from "./spatial.ts";

type Shape4D = [number, number, number, number];

/**
 * The gradient of the input, by the method of `inputGradient`. The filter is `[kh, kw, c, multiplier]`: each channel of
 * `dy` is convolved alone, then the multiples of a channel are summed.
 */
function composedInputGradient(
  dy: tf.Tensor4D,
  filter: tf.Tensor4D,
  [n, h, w, c]: Shape4D,
  attrs: tf.DepthwiseConv2dNativeAttrs,
): tf.Tensor {
  const [kh, kw, , multiplier] = filter.shape;
  const geometry = geometry2d([n, h, w, c], filter.shape, attrs, true);
  const spaced = spaceOut(dy, [n, h, w, c], [kh, kw], geometry) as tf.Tensor4D;
  const turned = tf.reshape<tf.Rank.R4>(tf.reverse(filter, [0, 1]), [kh, kw, c * multiplier, 1]);
  const each = tf.depthwiseConv2d(spaced, turned, 1, "valid", "NHWC", attrs.dilations);
  const cut = tf.slice(each, [0, ...geometry.padBegin, 0], [n, h, w, c * multiplier]);
  return tf.sum(tf.reshape(cut, [n, h, w, c, multiplier]), 4);
}

/** The gradient of the filter: for each of its places, the elements that it met times `dy`. */
function composedFilterGradient(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  [kh, kw, c, multiplier]: Shape4D,
  attrs: tf.DepthwiseConv2dNativeAttrs,
): tf.Tensor {
  const geometry = geometry2d(x.shape, [kh, kw, c, multiplier], attrs, true);
  const [sh, sw] = geometry.strides as [number, number];
  const [dh, dw] = geometry.dilations as [number, number];
  const border = padEach(x, [0, ...geometry.padBegin, 0], [0, ...geometry.padEnd, 0]);
  const [n, outH, outW] = dy.shape;
  const dyByChannel = tf.reshape(dy, [n, outH, outW, c, multiplier]);
  const places = Array.from({ length: kh * kw }, (_, place) => {
    const [top, left] = [Math.floor(place / kw) * dh, (place % kw) * dw];
    const end = [n, top + (outH - 1) * sh + 1, left + (outW - 1) * sw + 1, c];
    const met = tf.stridedSlice(border, [0, top, left, 0], end, [1, sh, sw, 1]);
    return tf.sum(tf.mul(tf.expandDims(met, 4), dyByChannel), [0, 1, 2]);
  });
  return tf.reshape(tf.stack(places), [kh, kw, c, multiplier]);
}

/** The rule of tfjs's own depthwise convolution, channels last. Its gradient kernels disregard dilation. */
export const depthwiseRules: readonly tf.GradConfig[] = [
  rule<[tf.Tensor4D, tf.Tensor4D], tf.DepthwiseConv2dNativeAttrs>(
    tf.DepthwiseConv2dNative,
    { inputs: ["x", "filter"] },
    (dy, [x, filter], attrs) => {
      const { strides, dilations, pad, dimRoundingMode } = attrs;
      const shared = { strides, dilations, pad, dimRoundingMode };
      const usesKernel = (kernelName: string) => !isDilated(attrs) && hasKernel(kernelName);
      return {
        x: () =>
          usesKernel(tf.DepthwiseConv2dNativeBackpropInput)
            ? invoke(tf.DepthwiseConv2dNativeBackpropInput, { dy, filter }, { ...shared, inputShape: x.shape })
            : composedInputGradient(dy as tf.Tensor4D, filter, x.shape, attrs),
        filter: () =>
          usesKernel(tf.DepthwiseConv2dNativeBackpropFilter)
            ? invoke(tf.DepthwiseConv2dNativeBackpropFilter, { x, dy }, { ...shared, filterShape: filter.shape })
            : composedFilterGradient(x, dy as tf.Tensor4D, filter.shape, attrs),
      };
    },
  ),
];

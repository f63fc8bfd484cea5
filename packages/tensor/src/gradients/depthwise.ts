import * as tf from "@tensorflow/tfjs-core";
import { isDilated } from "./convolution.ts";
import { rule, runKernel } from "./rule.ts";

type Shape4D = [number, number, number, number];

/**
 * The gradient of the input of a dilated depthwise convolution of stride 1, by the method of `dilatedInputGradient`.
 * The filter is `[kh, kw, c, multiplier]`: each channel of `dy` is convolved alone, then a channel's multiples are summed.
 */
function dilatedDepthwiseInputGradient(
  dy: tf.Tensor4D,
  filter: tf.Tensor4D,
  [n, h, w, c]: Shape4D,
  attrs: tf.DepthwiseConv2dNativeAttrs,
): tf.Tensor {
  const { effectiveFilterHeight, effectiveFilterWidth, padInfo } = depthwiseGeometry([n, h, w, c], filter.shape, attrs);
  const [reachH, reachW] = [effectiveFilterHeight - 1, effectiveFilterWidth - 1];
  const [kh, kw, , multiplier] = filter.shape;
  const border = tf.pad(dy, [
    [0, 0],
    [reachH, reachH],
    [reachW, reachW],
    [0, 0],
  ]);
  const turned = tf.reshape(tf.reverse(filter, [0, 1]), [kh, kw, c * multiplier, 1]) as tf.Tensor4D;
  const each = tf.depthwiseConv2d(border, turned, 1, "valid", "NHWC", attrs.dilations);
  const cut = tf.slice(each, [0, padInfo.top, padInfo.left, 0], [n, h, w, c * multiplier]);
  return tf.sum(tf.reshape(cut, [n, h, w, c, multiplier]), 4);
}

/** The gradient of a dilated depthwise filter of stride 1, one place of the filter after another. */
function dilatedDepthwiseFilterGradient(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  [kh, kw, c, multiplier]: Shape4D,
  attrs: tf.DepthwiseConv2dNativeAttrs,
): tf.Tensor {
  const info = depthwiseGeometry(x.shape, [kh, kw, c, multiplier], attrs);
  const { top, bottom, left, right } = info.padInfo;
  const border = tf.pad(x, [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ]);
  const [n, outH, outW] = dy.shape;
  const dyByChannel = tf.reshape(dy, [n, outH, outW, c, multiplier]);
  const places = Array.from({ length: kh * kw }, (_, place) => {
    const [a, b] = [Math.floor(place / kw) * info.dilationHeight, (place % kw) * info.dilationWidth];
    const seen = tf.expandDims(tf.slice(border, [0, a, b, 0], [n, outH, outW, c]), 4);
    return tf.sum(tf.mul(seen, dyByChannel), [0, 1, 2]);
  });
  return tf.reshape(tf.stack(places), [kh, kw, c, multiplier]);
}

function depthwiseGeometry(shape: Shape4D, filterShape: Shape4D, attrs: tf.DepthwiseConv2dNativeAttrs) {
  const { strides, dilations, pad, dimRoundingMode } = attrs;
  return tf.backend_util.computeConv2DInfo(shape, filterShape, strides, dilations, pad, dimRoundingMode, true);
}

/** The rule of tfjs's own depthwise convolution, channels last. */
export const depthwiseRules: readonly tf.GradConfig[] = [
  rule<[tf.Tensor4D, tf.Tensor4D], tf.DepthwiseConv2dNativeAttrs>(
    tf.DepthwiseConv2dNative,
    { inputs: ["x", "filter"] },
    (dy, [x, filter], attrs) => {
      // tfjs's gradient kernels take a dilation, and some disregard it.
      if (isDilated(attrs)) {
        return {
          x: () => dilatedDepthwiseInputGradient(dy as tf.Tensor4D, filter, x.shape, attrs),
          filter: () => dilatedDepthwiseFilterGradient(x, dy as tf.Tensor4D, filter.shape, attrs),
        };
      }
      const { strides, dilations, pad, dimRoundingMode } = attrs;
      const shared = { strides, dilations, pad, dimRoundingMode };
      return {
        x: () => runKernel(tf.DepthwiseConv2dNativeBackpropInput, { dy, filter }, { ...shared, inputShape: x.shape }),
        filter: () =>
          runKernel(tf.DepthwiseConv2dNativeBackpropFilter, { x, dy }, { ...shared, filterShape: filter.shape }),
      };
    },
  ),
];

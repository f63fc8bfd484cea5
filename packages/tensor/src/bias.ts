import * as tf from "@tensorflow/tfjs-core";

/**
 * The bias of an affine map added to its result.
 * @param x any rank.
 * @param bias one number for each channel; none: `x` itself.
 * @param axis of the channels of `x`.
 */
export function addBias(x: tf.Tensor, bias: tf.Tensor | undefined, axis: number): tf.Tensor {
  if (bias === undefined) return x;
  const shape = x.shape.map((_, i) => (i === axis ? bias.size : 1));
  return tf.add(x, tf.reshape(bias, shape));
}

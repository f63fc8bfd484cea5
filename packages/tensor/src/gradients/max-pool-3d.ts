import * as tf from "@tensorflow/tfjs-core";
import { invoke } from "../invoke.ts";

/**
 * The gradient of max pooling over volumes, every window inside `x`.
 *
 * tfjs's own kernel on the CPU (4.22.0) mixes up height and width of its windows. So the maximum is taken in two passes
 * of the planar kernel, over each plane and then along the depth, which leaves it to the first of equal elements too.
 *
 * @param dy `[n, outD, outH, outW, c]`
 * @param x `[n, d, h, w, c]`
 * @returns the shape of `x`.
 */
export function maxPool3dGradient(
  dy: tf.Tensor,
  x: tf.Tensor,
  kernel: readonly number[],
  strides: readonly number[],
): tf.Tensor {
  const [n, d, h, w, c] = x.shape as [number, number, number, number, number];
  const [, outD, outH, outW] = dy.shape as [number, number, number, number];
  const [kd, kh, kw] = kernel as [number, number, number];
  const [sd, sh, sw] = strides as [number, number, number];
  const inPlane = { filterSize: [kh, kw], strides: [sh, sw], pad: "valid", dimRoundingMode: undefined };
  const alongDepth = { filterSize: [kd, 1], strides: [sd, 1], pad: "valid", dimRoundingMode: undefined };

  const planes = tf.reshape(x, [n * d, h, w, c]);
  const ofPlanes = invoke(tf.MaxPool, { x: planes }, inPlane);
  const columns = tf.reshape(ofPlanes, [n, d, outH * outW, c]);
  const ofColumns = invoke(tf.MaxPool, { x: columns }, alongDepth);
  const toColumns = tf.reshape(dy, [n, outD, outH * outW, c]);
  const dColumns = invoke(tf.MaxPoolGrad, { dy: toColumns, input: columns, output: ofColumns }, alongDepth);
  const toPlanes = tf.reshape(dColumns, ofPlanes.shape);
  return tf.reshape(invoke(tf.MaxPoolGrad, { dy: toPlanes, input: planes, output: ofPlanes }, inPlane), x.shape);
}

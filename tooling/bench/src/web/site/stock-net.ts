import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
import * as tf from "@tensorflow/tfjs-core";
import type { Bench } from "./bench.ts";

/** The lesson's convolutions: channels in and out of 5 × 5 filters. */
const CONVOLUTIONS = [
  [1, 6],
  [6, 16],
  [16, 120],
] as const;
const SIDE = 20;

/**
 * The lesson's net as one writes it with tfjs: pictures with their channels last, fused convolutions and products as its
 * layers use them, its own gradients and its own momentum.
 * @param values the parameters in this project's order and layout
 */
export function stockBench(values: Float32Array, pictures: Float32Array, labels: Int32Array): Bench {
  const batch = labels.length;
  let at = 0;
  const take = (shape: number[]): tf.Tensor => {
    const size = shape.reduce((product, axis) => product * axis, 1);
    return tf.tensor(values.subarray(at, (at += size)), shape);
  };
  const variable = (make: () => tf.Tensor): tf.Variable => tf.tidy(() => tf.variable(make()));
  const convolutions = CONVOLUTIONS.map(([cIn, cOut]) => ({
    filter: variable(() => tf.transpose(take([cOut, cIn, 5, 5]), [2, 3, 1, 0])),
    bias: variable(() => take([cOut])),
  }));
  const hidden = {
    weight: variable(() => tf.reshape(tf.transpose(take([84, 120, SIDE, SIDE]), [2, 3, 1, 0]), [-1, 84])),
    bias: variable(() => take([84])),
  };
  const output = { weight: variable(() => tf.transpose(take([10, 84]))), bias: variable(() => take([10])) };
  const optimizer = tf.train.momentum(0.01, 0.9);
  const loss = (): tf.Scalar => {
    let x: tf.Tensor4D = tf.tensor4d(pictures, [batch, 32, 32, 1]);
    for (const { filter, bias } of convolutions) {
      x = tf.tanh(tf.fused.conv2d({ x, filter: filter as tf.Tensor4D, strides: 1, pad: "valid", bias }));
    }
    const flat = tf.reshape(x, [batch, -1]);
    const h = tf.tanh(tf.fused.matMul({ a: flat, b: hidden.weight, bias: hidden.bias }));
    const logits = tf.fused.matMul({ a: h as tf.Tensor2D, b: output.weight, bias: output.bias });
    const targets = tf.oneHot(tf.tensor1d(labels, "int32"), 10);
    return tf.losses.softmaxCrossEntropy(targets, logits);
  };
  return {
    forward: () => tf.tidy(loss),
    step: () => optimizer.minimize(loss, true)!,
  };
}

import * as tf from "@tensorflow/tfjs-core";
import { fromInput, fromOutput, reduceTo, rule } from "./rule.ts";

/** The fixed constants of the scaled exponential linear unit: `λ x` above zero, `λ α (eˣ - 1)` below. */
const SELU_LAMBDA = 1.0507009873554805;
const SELU_ALPHA = 1.6732632423543772;

/** Rules of the activation functions and of softmax. */
export const activationRules: readonly tf.GradConfig[] = [
  fromOutput(tf.Relu, (dy, y) => tf.mul(dy, tf.step(y))),
  fromOutput(tf.Relu6, (dy, y) => tf.mul(dy, tf.mul(tf.step(y), tf.step(tf.sub(6, y))))),
  fromInput<tf.LeakyReluAttrs>(tf.LeakyRelu, (dy, x, { alpha }) => tf.mul(dy, tf.step(x, alpha))),
  rule<[tf.Tensor, tf.Tensor]>(tf.Prelu, { inputs: ["x", "alpha"] }, (dy, [x, alpha]) => ({
    x: () => tf.where(tf.greater(x, 0), dy, tf.mul(dy, alpha)),
    alpha: () => reduceTo(tf.mul(dy, tf.minimum(x, 0)), alpha.shape),
  })),
  // y + 1 = eˣ below zero
  fromOutput(tf.Elu, (dy, y) => tf.mul(dy, tf.add(tf.minimum(y, 0), 1))),
  // y + λα = λα eˣ below zero
  fromOutput(tf.Selu, (dy, y) =>
    tf.mul(dy, tf.where(tf.greater(y, 0), SELU_LAMBDA, tf.add(y, SELU_LAMBDA * SELU_ALPHA))),
  ),
  fromOutput(tf.Sigmoid, (dy, y) => tf.mul(dy, tf.mul(y, tf.sub(1, y)))),
  fromInput(tf.Softplus, (dy, x) => tf.mul(dy, tf.sigmoid(x))),
  // y (dy - Σ dy y)
  fromOutput<tf.SoftmaxAttrs>(
    tf.Softmax,
    (dy, y, { dim }) => tf.mul(y, tf.sub(dy, tf.sum(tf.mul(dy, y), dim, true))),
    "logits",
  ),
];

import * as tf from "@tensorflow/tfjs-core";
import type { Activation } from "./kernels.ts";

/** Composed form of `ACTIVATION_GRADIENT`: each derivative written in terms of `y`. */
export function composedActivationGradient(dy: tf.Tensor, y: tf.Tensor, kind: Activation): tf.Tensor {
  switch (kind) {
    case "linear":
      return tf.clone(dy);
    case "relu":
      return tf.mul(dy, tf.step(y));
    case "sigmoid":
      return tf.mul(dy, tf.mul(y, tf.sub(1, y)));
    case "tanh":
      return tf.mul(dy, tf.sub(1, tf.square(y)));
    case "softrelu": // y = ln(1 + e^z), so the logistic of z is 1 - e^-y
      return tf.mul(dy, tf.neg(tf.expm1(tf.neg(y))));
    case "softsign": // |y| = |z| / (1 + |z|), so 1 / (1 + |z|)^2 is (1 - |y|)^2
      return tf.mul(dy, tf.square(tf.sub(1, tf.abs(y))));
  }
}

import type { ShapedArray } from "@camada/conv-math";
import * as tf from "@tensorflow/tfjs-core";

/** A tensor as conv-math's references take it. */
export function shaped(tensor: tf.Tensor): ShapedArray {
  return { shape: tensor.shape, data: tensor.dataSync() };
}

/** A reference's result, rounded once to float32. */
export function unshaped({ shape, data }: ShapedArray): tf.Tensor {
  return tf.tensor(Float32Array.from(data), [...shape]);
}

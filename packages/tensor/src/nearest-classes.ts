import * as tf from "@tensorflow/tfjs-core";

/** Class numbers as int32, those that are none brought to the nearest class. Clipped as floats: tfjs clips nothing else. */
export function nearestClasses(labels: tf.Tensor, classes: number): tf.Tensor {
  return tf.cast(tf.clipByValue(tf.cast(labels, "float32"), 0, classes - 1), "int32");
}

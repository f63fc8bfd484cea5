import type * as tf from "@tensorflow/tfjs-core";

/** A net that is ready to be timed. The caller frees the mean loss that each gives. */
export interface Bench {
  readonly forward: () => tf.Tensor;
  readonly step: () => tf.Tensor;
}

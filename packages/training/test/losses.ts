import { softmaxCrossEntropy } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import type { Loss } from "../src/index.ts";

/** Cross-entropy per sample. */
export const crossEntropy: Loss = {
  forward: (outputs, labels) => softmaxCrossEntropy(outputs as tf.Tensor2D, labels),
};

/** Half the squared distance per sample. */
export const halfSquares: Loss = {
  forward: (outputs, targets) => tf.mul(tf.sum(tf.square(tf.sub(outputs, targets)), 1), 0.5),
};

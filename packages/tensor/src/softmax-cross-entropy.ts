import { ShapeError, shapeText } from "@camada/conv-math";
import * as tf from "@tensorflow/tfjs-core";
import { SOFTMAX_CROSS_ENTROPY } from "./kernels.ts";
import { nearestClasses } from "./nearest-classes.ts";
import { runKernelAll } from "./run-kernel.ts";
import { isNested } from "./tapes.ts";

/** Options of {@link softmaxCrossEntropy}. */
export interface SoftmaxCrossEntropyOptions {
  /**
   * Refuses labels outside `[0, classes)`, at the price of reading them back from the device; false. Gluon's way, the
   * default, clips them silently to the nearest class.
   */
  readonly strictLabels?: boolean | undefined;
}

/**
 * Cross-entropy of the softmax of raw scores against class numbers: `−log softmax(logits)[label]`, per sample.
 * @param logits `[n, classes]`
 * @param labels class numbers `[n]`, any numeric dtype.
 * @returns `[n]`
 * @throws {ShapeError} when shapes do not fit, or with `strictLabels` for a label that is no class.
 * @see MXNet 1.4.1, `gluon.loss.SoftmaxCrossEntropyLoss`.
 */
export function softmaxCrossEntropy(
  logits: tf.Tensor2D,
  labels: tf.Tensor,
  { strictLabels = false }: SoftmaxCrossEntropyOptions = {},
): tf.Tensor1D {
  const op = "softmaxCrossEntropy";
  if (logits.rank !== 2) throw new ShapeError(op, "logits of rank 2", shapeText(logits.shape));
  const [n, classes] = logits.shape;
  if (labels.rank !== 1 || labels.size !== n) {
    throw new ShapeError(op, `labels of shape [${n}]`, shapeText(labels.shape));
  }
  if (strictLabels) {
    const wrong = labels.dataSync().find((label) => !(Number.isInteger(label) && label >= 0 && label < classes));
    if (wrong !== undefined) throw new ShapeError(op, `labels from 0 to ${classes - 1}`, String(wrong));
  }
  return tf.tidy(() => {
    if (isNested()) return composed(logits, nearestClasses(labels, classes));
    // The kernel takes the nearest class itself, and a label that is cut to a whole number first is cut to the same class.
    const whole = labels.dtype === "int32" ? labels : nearestClasses(labels, classes);
    const [loss] = runKernelAll(SOFTMAX_CROSS_ENTROPY, { logits, labels: whole });
    return loss as tf.Tensor1D;
  });
}

/** From operations that can be differentiated any number of times. */
function composed(logits: tf.Tensor2D, labels: tf.Tensor): tf.Tensor1D {
  const chosen = tf.mul(tf.oneHot(labels as tf.Tensor1D, logits.shape[1]), logits);
  return tf.sub(tf.logSumExp(logits, 1), tf.sum(chosen, 1));
}

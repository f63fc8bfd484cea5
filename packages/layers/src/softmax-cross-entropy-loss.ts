import { ShapeError, shapeText, sizeOf } from "@camada/conv-math";
import { softmaxCrossEntropy } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { Loss, type LossOptions } from "./loss.ts";
import { otherAxes, positiveAxis } from "./shape.ts";

/** Options of {@link SoftmaxCrossEntropyLoss}. */
export interface SoftmaxCrossEntropyLossOptions extends LossOptions {
  /** The axis of classes; −1. */
  readonly axis?: number | undefined;
  /** Whether labels are class numbers; true. False: probabilities, shaped as the predictions. */
  readonly sparseLabel?: boolean | undefined;
  /** Whether predictions are log-probabilities already; false. (In Keras the flag of this name means raw scores.) */
  readonly fromLogits?: boolean | undefined;
  /** Refuses class numbers that do not exist, at the price of reading labels back; false: clipped silently, as Gluon. */
  readonly strictLabels?: boolean | undefined;
}

/**
 * Cross-entropy of the softmax of raw scores: `−Σ label · log softmax(prediction)` along the classes, then the mean of
 * whatever other axes there are. `[n]`
 *
 * Inputs: prediction `[n, …, classes, …]`; label as the prediction without the axis of classes (any numeric dtype), or
 * with `sparseLabel: false` in its shape; sampleWeight, broadcast to the prediction with one class, e.g. `[n, 1]`.
 * @see MXNet 1.4.1, `gluon.loss.SoftmaxCrossEntropyLoss`.
 */
export class SoftmaxCrossEntropyLoss extends Loss {
  readonly axis: number;
  readonly sparseLabel: boolean;
  readonly fromLogits: boolean;
  readonly strictLabels: boolean;

  constructor(options: SoftmaxCrossEntropyLossOptions = {}) {
    super(options);
    this.axis = options.axis ?? -1;
    this.sparseLabel = options.sparseLabel ?? true;
    this.fromLogits = options.fromLogits ?? false;
    this.strictLabels = options.strictLabels ?? false;
  }

  override get typeName(): string {
    return "SoftmaxCrossEntropyLoss";
  }

  protected override compute(prediction: tf.Tensor, label: tf.Tensor, sampleWeight?: tf.Tensor): tf.Tensor {
    const axis = positiveAxis(this.typeName, this.axis, prediction.rank);
    const scores = rowsAlong(prediction, axis);
    const losses = this.sparseLabel
      ? this.#sparse(scores, this.#classNumbers(prediction, label, axis))
      : this.#dense(scores, rowsAlong(this.like(label, prediction), axis));
    // The axis of classes stays, of size 1: that is what sample weights are broadcast against.
    const kept = prediction.shape.map((size, i) => (i === axis ? 1 : size));
    return this.meanPerSample(this.weighted(tf.reshape(losses, kept), sampleWeight));
  }

  #sparse(scores: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor {
    if (!this.fromLogits) return softmaxCrossEntropy(scores, labels);
    const classes = scores.shape[1];
    const known = tf.cast(tf.clipByValue(tf.cast(labels, "float32"), 0, classes - 1), "int32");
    // Selected rather than multiplied: a class of probability 0 has the logarithm −∞.
    const chosen = tf.where(tf.cast(tf.oneHot(known, classes), "bool"), scores, tf.zerosLike(scores));
    return tf.neg(tf.sum(chosen, 1));
  }

  #dense(scores: tf.Tensor2D, label: tf.Tensor2D): tf.Tensor {
    const logProbabilities = this.fromLogits ? scores : tf.logSoftmax(scores);
    return tf.neg(tf.sum(tf.mul(logProbabilities, label), 1));
  }

  /** The labels one after the other, checked. */
  #classNumbers(prediction: tf.Tensor, label: tf.Tensor, axis: number): tf.Tensor1D {
    const expected = otherAxes(prediction.rank, axis).map((i) => prediction.shape[i]!);
    if (label.size !== sizeOf(expected)) {
      throw new ShapeError(this.typeName, `labels of shape ${shapeText(expected)}`, shapeText(label.shape));
    }
    if (this.strictLabels) {
      const classes = prediction.shape[axis]!;
      const wrong = label.dataSync().find((value) => !(Number.isInteger(value) && value >= 0 && value < classes));
      if (wrong !== undefined) throw new ShapeError(this.typeName, `labels from 0 to ${classes - 1}`, String(wrong));
    }
    return tf.reshape(label, [label.size]);
  }
}

/** The values along one axis as rows, the other axes in order: `[size / classes, classes]`. */
function rowsAlong(x: tf.Tensor, axis: number): tf.Tensor2D {
  const classes = x.shape[axis]!;
  const last = axis === x.rank - 1 ? x : tf.transpose(x, [...otherAxes(x.rank, axis), axis]);
  return tf.reshape(last, [x.size / classes, classes]);
}

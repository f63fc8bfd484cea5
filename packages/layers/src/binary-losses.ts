import { ShapeError } from "@camada/conv-math";
import * as tf from "@tensorflow/tfjs-core";
import { ElementwiseLoss, type LossOptions } from "./loss.ts";

/** Keeps a logarithm's argument from zero. */
const tiny = 1e-12;

/**
 * `−label · log σ(score) − (1 − label) · log(1 − σ(score))`, exact for large scores too.
 *
 * The slopes of both parts at zero, where relu has none, must add up to ½: `−|score|` is therefore `score − 2 relu(score)`.
 */
function scoreCrossEntropy(score: tf.Tensor, label: tf.Tensor): tf.Tensor {
  const positive = tf.relu(score);
  const negative = tf.sub(score, tf.mul(positive, 2));
  return tf.add(tf.sub(positive, tf.mul(score, label)), tf.softplus(negative));
}

/** Options of {@link SigmoidBinaryCrossEntropyLoss}. */
export interface SigmoidBinaryCrossEntropyLossOptions extends LossOptions {
  /** Whether predictions are probabilities already; false: raw scores. */
  readonly fromSigmoid?: boolean | undefined;
}

/**
 * Cross-entropy of independent yes-or-no questions, labels from 0 to 1, mean over each sample. `[n]`
 *
 * `−label · log p − (1 − label) · log(1 − p)` with `p = sigmoid(prediction)`, or the prediction itself.
 * @see MXNet 1.4.1, `gluon.loss.SigmoidBinaryCrossEntropyLoss`.
 */
export class SigmoidBinaryCrossEntropyLoss extends ElementwiseLoss {
  readonly fromSigmoid: boolean;

  constructor({ fromSigmoid = false, ...options }: SigmoidBinaryCrossEntropyLossOptions = {}) {
    super(options);
    this.fromSigmoid = fromSigmoid;
  }

  override get typeName(): string {
    return "SigmoidBinaryCrossEntropyLoss";
  }

  protected override losses(prediction: tf.Tensor, label: tf.Tensor): tf.Tensor {
    if (!this.fromSigmoid) return scoreCrossEntropy(prediction, label);
    const yes = tf.mul(tf.log(tf.add(prediction, tiny)), label);
    const no = tf.mul(tf.log(tf.add(tf.sub(1, prediction), tiny)), tf.sub(1, label));
    return tf.neg(tf.add(yes, no));
  }
}

/** Options of {@link LogisticLoss}. */
export interface LogisticLossOptions extends LossOptions {
  /** Labels −1 and 1 (`signed`) or 0 and 1 (`binary`); `signed`. */
  readonly labelFormat?: "signed" | "binary" | undefined;
}

/**
 * `log(1 + exp(−prediction · label))` for labels ±1, mean over each sample. `[n]`
 * @see MXNet 1.4.1, `gluon.loss.LogisticLoss`.
 */
export class LogisticLoss extends ElementwiseLoss {
  readonly labelFormat: "signed" | "binary";

  /** @throws {ShapeError} for another format. */
  constructor({ labelFormat = "signed", ...options }: LogisticLossOptions = {}) {
    super(options);
    if (labelFormat !== "signed" && labelFormat !== "binary") {
      throw new ShapeError("LogisticLoss", "labelFormat signed or binary", String(labelFormat));
    }
    this.labelFormat = labelFormat;
  }

  override get typeName(): string {
    return "LogisticLoss";
  }

  protected override losses(prediction: tf.Tensor, label: tf.Tensor): tf.Tensor {
    return scoreCrossEntropy(prediction, this.labelFormat === "signed" ? tf.div(tf.add(label, 1), 2) : label);
  }
}

/** Options of {@link HingeLoss} and {@link SquaredHingeLoss}. */
export interface HingeLossOptions extends LossOptions {
  /** Distance from the border beyond which a right answer costs nothing; 1. */
  readonly margin?: number | undefined;
}

/**
 * `max(0, margin − prediction · label)` for labels ±1, mean over each sample. `[n]`
 * @see MXNet 1.4.1, `gluon.loss.HingeLoss`.
 */
export class HingeLoss extends ElementwiseLoss {
  readonly margin: number;

  constructor({ margin = 1, ...options }: HingeLossOptions = {}) {
    super(options);
    this.margin = margin;
  }

  override get typeName(): string {
    return "HingeLoss";
  }

  protected override losses(prediction: tf.Tensor, label: tf.Tensor): tf.Tensor {
    return tf.relu(tf.sub(this.margin, tf.mul(prediction, label)));
  }
}

/**
 * `max(0, margin − prediction · label)²` for labels ±1, mean over each sample. `[n]`
 * @see MXNet 1.4.1, `gluon.loss.SquaredHingeLoss`.
 */
export class SquaredHingeLoss extends HingeLoss {
  override get typeName(): string {
    return "SquaredHingeLoss";
  }

  protected override losses(prediction: tf.Tensor, label: tf.Tensor): tf.Tensor {
    return tf.square(super.losses(prediction, label));
  }
}

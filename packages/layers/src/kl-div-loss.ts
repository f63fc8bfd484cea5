import * as tf from "@tensorflow/tfjs-core";
import { ElementwiseLoss, type LossOptions } from "./loss.ts";
import { otherAxes, positiveAxis } from "./shape.ts";

/** Options of {@link KLDivLoss}. */
export interface KLDivLossOptions extends LossOptions {
  /** Whether predictions are log-probabilities already; **true**. False: raw scores. */
  readonly fromLogits?: boolean | undefined;
  /** The axis of the softmax of raw scores; −1. */
  readonly axis?: number | undefined;
}

/**
 * How far a distribution is from the labels': `label · (log(label + 10⁻¹²) − prediction)`, mean (not sum) over each
 * sample. `[n]`
 * @see MXNet 1.4.1, `gluon.loss.KLDivLoss`; from 1.6 on it sums.
 */
export class KLDivLoss extends ElementwiseLoss {
  readonly fromLogits: boolean;
  readonly axis: number;

  constructor({ fromLogits = true, axis = -1, ...options }: KLDivLossOptions = {}) {
    super(options);
    this.fromLogits = fromLogits;
    this.axis = axis;
  }

  override get typeName(): string {
    return "KLDivLoss";
  }

  protected override losses(prediction: tf.Tensor, label: tf.Tensor): tf.Tensor {
    const logProbabilities = this.fromLogits ? prediction : this.#logSoftmax(prediction);
    return tf.mul(label, tf.sub(tf.log(tf.add(label, 1e-12)), logProbabilities));
  }

  #logSoftmax(scores: tf.Tensor): tf.Tensor {
    const axis = positiveAxis("KLDivLoss", this.axis, scores.rank);
    if (axis === scores.rank - 1) return tf.logSoftmax(scores);
    const order = [...otherAxes(scores.rank, axis), axis];
    const back = order.map((_, i) => order.indexOf(i));
    return tf.transpose(tf.logSoftmax(tf.transpose(scores, order)), back);
  }
}

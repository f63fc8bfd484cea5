import * as tf from "@tensorflow/tfjs-core";
import { Loss, type LossOptions } from "./loss.ts";

/** Options of {@link PoissonNLLLoss}. */
export interface PoissonNLLLossOptions extends LossOptions {
  /** Whether predictions are logarithms of the mean; true. */
  readonly fromLogits?: boolean | undefined;
  /** Adds Stirling's approximation of `log(label!)` for labels above 1; false. */
  readonly computeFull?: boolean | undefined;
  /** Added to a mean before its logarithm is taken; 1e-8. */
  readonly epsilon?: number | undefined;
}

/**
 * Negative log-likelihood of counts that follow a Poisson distribution: `exp(prediction) − label · prediction`, or from
 * means `prediction − label · log(prediction + ε)`. One mean over **everything**, `[1]`, as MXNet has it.
 *
 * With `computeFull` a label of 0 adds nothing; in MXNet it makes the loss NaN.
 * @see MXNet 1.4.1, `gluon.loss.PoissonNLLLoss`.
 */
export class PoissonNLLLoss extends Loss {
  readonly fromLogits: boolean;
  readonly computeFull: boolean;
  readonly epsilon: number;

  constructor({ fromLogits = true, computeFull = false, epsilon = 1e-8, ...options }: PoissonNLLLossOptions = {}) {
    super(options);
    this.fromLogits = fromLogits;
    this.computeFull = computeFull;
    this.epsilon = epsilon;
  }

  override get typeName(): string {
    return "PoissonNLLLoss";
  }

  protected override compute(prediction: tf.Tensor, label: tf.Tensor, sampleWeight?: tf.Tensor): tf.Tensor {
    const counts = this.like(label, prediction);
    const likelihood = this.fromLogits
      ? tf.sub(tf.exp(prediction), tf.mul(counts, prediction))
      : tf.sub(prediction, tf.mul(counts, tf.log(tf.add(prediction, this.epsilon))));
    const losses = this.computeFull ? tf.add(likelihood, stirling(counts)) : likelihood;
    return tf.reshape(tf.mean(this.weighted(losses, sampleWeight)), [1]);
  }
}

/** `n · ln n − n + ½ · ln(2πn)` for counts above 1, otherwise 0. */
function stirling(counts: tf.Tensor): tf.Tensor {
  const n = tf.maximum(counts, 1);
  const terms = tf.add(tf.sub(tf.mul(n, tf.log(n)), n), tf.mul(tf.log(tf.mul(n, 2 * Math.PI)), 0.5));
  return tf.where(tf.greater(counts, 1), terms, tf.zerosLike(terms));
}

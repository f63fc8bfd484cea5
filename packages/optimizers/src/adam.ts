import * as tf from "@tensorflow/tfjs-core";
import { Optimizer, type OptimizerOptions, type UpdateResult, type UpdateStep } from "./optimizer.ts";
import { belowOne, notNegative } from "./setting.ts";

/** Options of {@link Adam}. */
export interface AdamOptions extends OptimizerOptions {
  /** Step size; 0.001. */
  readonly learningRate?: number | undefined;
  /** Decay rate of the mean, β₁; 0.9. */
  readonly beta1?: number | undefined;
  /** Decay rate of the mean square, β₂; 0.999. */
  readonly beta2?: number | undefined;
  /** Keeps the divisor away from 0, ε; 1e-8. */
  readonly epsilon?: number | undefined;
}

/**
 * Adam, with weight decay as part of the gradient. `g = clip(rescale · gradient + wd·w)`
 *
 * `m ← β₁·m + (1 − β₁)·g`, `v ← β₂·v + (1 − β₂)·g²`, `α = lr·√(1 − β₂ᵗ) / (1 − β₁ᵗ)`, `w ← w − α·m / (√v + ε)`
 *
 * ε is added to the uncorrected √v, so at the first steps it weighs more than in the paper's form.
 * @see MXNet 1.4.1, `mxnet.optimizer.Adam`, operator `adam_update`; Kingma and Ba, arXiv:1412.6980.
 */
export class Adam extends Optimizer<AdamOptions, "mean" | "variance"> {
  readonly stateNames = ["mean", "variance"] as const;

  constructor(options: AdamOptions = {}) {
    super("adam", { beta1: belowOne(0.9), beta2: belowOne(0.999), epsilon: notNegative(1e-8) }, options, 0.001);
  }

  protected override rule(
    { weight, gradient, learningRate, wd, rescale, t }: UpdateStep,
    { mean, variance }: Readonly<Record<"mean" | "variance", tf.Tensor>>,
  ): UpdateResult<"mean" | "variance"> {
    const { beta1, beta2, epsilon } = this.settings;
    const alpha = learningRate * (Math.sqrt(1 - beta2 ** t) / (1 - beta1 ** t));
    const g = this.clip(tf.add(tf.mul(rescale, gradient), tf.mul(wd, weight)));

    const m = tf.add(tf.mul(beta1, mean), tf.mul(1 - Math.fround(beta1), g));
    const v = tf.add(tf.mul(beta2, variance), tf.mul(1 - Math.fround(beta2), tf.mul(g, g)));
    const step = tf.div(tf.mul(alpha, m), tf.add(tf.sqrt(v), epsilon));
    return { weight: tf.sub(weight, step), state: { mean: m, variance: v } };
  }
}

import * as tf from "@tensorflow/tfjs-core";
import { Optimizer, type OptimizerOptions, type UpdateResult, type UpdateStep } from "./optimizer.ts";
import { belowOne } from "./setting.ts";

/** Options of {@link Adamax}. */
export interface AdamaxOptions extends OptimizerOptions {
  /** Step size; 0.002. */
  readonly learningRate?: number | undefined;
  /** Decay rate of the mean, β₁; 0.9. */
  readonly beta1?: number | undefined;
  /** Decay rate of the largest absolute value, β₂; 0.999. */
  readonly beta2?: number | undefined;
}

/**
 * Adam with the infinity norm in the place of the mean square. `g = clip(rescale · gradient + wd·w)`
 *
 * `m ← β₁·m + (1 − β₁)·g`, `u ← max(β₂·u, |g|)`, `w ← w − lr / (1 − β₁ᵗ) · m / u`
 *
 * There is no ε, in MXNet neither: a weight whose `g` has been 0 from the first step on becomes NaN (0 / 0).
 * @see MXNet 1.4.1, `mxnet.optimizer.Adamax`; Kingma and Ba, arXiv:1412.6980, section 7.
 */
export class Adamax extends Optimizer<AdamaxOptions, "mean" | "largest"> {
  readonly stateNames = ["mean", "largest"] as const;

  constructor(options: AdamaxOptions = {}) {
    super("adamax", { beta1: belowOne(0.9), beta2: belowOne(0.999) }, options, 0.002);
  }

  protected override rule(
    { weight, gradient, learningRate, wd, rescale, t }: UpdateStep,
    { mean, largest }: Readonly<Record<"mean" | "largest", tf.Tensor>>,
  ): UpdateResult<"mean" | "largest"> {
    const { beta1, beta2 } = this.settings;
    const alpha = learningRate / (1 - beta1 ** t);
    const g = this.clip(tf.add(tf.mul(gradient, rescale), tf.mul(wd, weight)));

    const m = tf.add(tf.mul(beta1, mean), tf.mul(1 - beta1, g));
    const u = tf.maximum(tf.mul(beta2, largest), tf.abs(g));
    return { weight: tf.sub(weight, tf.div(tf.mul(alpha, m), u)), state: { mean: m, largest: u } };
  }
}

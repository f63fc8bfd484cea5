import * as tf from "@tensorflow/tfjs-core";
import { Optimizer, type OptimizerOptions, type UpdateResult, type UpdateStep } from "./optimizer.ts";
import { belowOne, flag, notNegative } from "./setting.ts";

/** Options of {@link AdamW}. */
export interface AdamWOptions extends OptimizerOptions {
  /** Step size; 0.001. */
  readonly learningRate?: number | undefined;
  /** Decay rate of the mean, β₁; 0.9. */
  readonly beta1?: number | undefined;
  /** Decay rate of the mean square, β₂; 0.999. */
  readonly beta2?: number | undefined;
  /** Keeps the divisor away from 0, ε; 1e-6. */
  readonly epsilon?: number | undefined;
  /** Correct the bias of mean and mean square; true. Without, `α = lr`. */
  readonly correctBias?: boolean | undefined;
}

/**
 * Adam with decoupled weight decay: the decay bypasses mean and mean square. `g = clip(rescale · gradient)`
 *
 * `m ← β₁·m + (1 − β₁)·g`, `v ← β₂·v + (1 − β₂)·g²`, `α = lr·√(1 − β₂ᵗ) / (1 − β₁ᵗ)`,
 * `w ← w − α·(m / (√v + ε) + wd·w)`
 *
 * The decay is multiplied by α, bias correction included, as in MXNet; PyTorch multiplies it by lr alone.
 * @see MXNet 2.0, `mxnet.optimizer.AdamW` (the 1.x line has only its operator, `contrib.adamw_update` of 1.9.1);
 *   Loshchilov and Hutter, arXiv:1711.05101.
 */
export class AdamW extends Optimizer<AdamWOptions, "mean" | "variance"> {
  readonly stateNames = ["mean", "variance"] as const;

  constructor(options: AdamWOptions = {}) {
    const own = { beta1: belowOne(0.9), beta2: belowOne(0.999), epsilon: notNegative(1e-6), correctBias: flag(true) };
    super("adamw", own, options, 0.001);
  }

  protected override rule(
    { weight, gradient, learningRate, wd, rescale, t }: UpdateStep,
    { mean, variance }: Readonly<Record<"mean" | "variance", tf.Tensor>>,
  ): UpdateResult<"mean" | "variance"> {
    const { beta1, beta2, epsilon, correctBias } = this.settings;
    const alpha = correctBias ? (learningRate * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t) : learningRate;
    const g = this.clip(tf.mul(rescale, gradient));

    const m = tf.add(tf.mul(beta1, mean), tf.mul(1 - Math.fround(beta1), g));
    const v = tf.add(tf.mul(beta2, variance), tf.mul(1 - Math.fround(beta2), tf.mul(g, g)));
    const direction = tf.add(tf.div(m, tf.add(tf.sqrt(v), epsilon)), tf.mul(wd, weight));
    return { weight: tf.sub(weight, tf.mul(alpha, direction)), state: { mean: m, variance: v } };
  }
}

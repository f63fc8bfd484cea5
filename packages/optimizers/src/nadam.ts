import * as tf from "@tensorflow/tfjs-core";
import { Optimizer, type OptimizerOptions, type UpdateResult, type UpdateStep } from "./optimizer.ts";
import { belowOne, notNegative } from "./setting.ts";

/** Options of {@link Nadam}. */
export interface NadamOptions extends OptimizerOptions {
  /** Step size; 0.001. */
  readonly learningRate?: number | undefined;
  /** Decay rate of the mean, β₁; 0.9. */
  readonly beta1?: number | undefined;
  /** Decay rate of the mean square, β₂; 0.999. */
  readonly beta2?: number | undefined;
  /** Keeps the divisor away from 0, ε; 1e-8. */
  readonly epsilon?: number | undefined;
  /** How fast the momentum rises to β₁, d; 0.004. */
  readonly scheduleDecay?: number | undefined;
}

/**
 * Adam with Nesterov's momentum. `g = clip(rescale · gradient + wd·w)`, `μₜ = β₁·(1 − 0.96^(t·d) / 2)`, `Π ← Π·μₜ`
 *
 * `m ← β₁·m + (1 − β₁)·g`, `v ← β₂·v + (1 − β₂)·g²`,
 * `w ← w − lr·((1 − μₜ)·g / (1 − Π) + μₜ₊₁·m / (1 − Π·μₜ₊₁)) / (√(v / (1 − β₂ᵗ)) + ε)`
 *
 * In MXNet the product Π is one number for all parameters, multiplied at every update of any of them, so results
 * depend on how many parameters there are and on their order. This one does the same.
 * @see MXNet 1.4.1, `mxnet.optimizer.Nadam`; Dozat (2015), cs229.stanford.edu/proj2015/054_report.pdf.
 */
export class Nadam extends Optimizer<NadamOptions, "mean" | "variance"> {
  readonly stateNames = ["mean", "variance"] as const;
  #momentumProduct = 1;

  constructor(options: NadamOptions = {}) {
    const own = {
      beta1: belowOne(0.9),
      beta2: belowOne(0.999),
      epsilon: notNegative(1e-8),
      scheduleDecay: notNegative(0.004),
    };
    super("nadam", own, options, 0.001);
  }

  protected override rule(
    { weight, gradient, learningRate, wd, rescale, t }: UpdateStep,
    { mean, variance }: Readonly<Record<"mean" | "variance", tf.Tensor>>,
  ): UpdateResult<"mean" | "variance"> {
    const { beta1, beta2, epsilon, scheduleDecay } = this.settings;
    const momentumAt = (update: number) => beta1 * (1 - 0.5 * 0.96 ** (update * scheduleDecay));
    const [momentum, nextMomentum] = [momentumAt(t), momentumAt(t + 1)];
    const product = (this.#momentumProduct *= momentum);
    const g = this.clip(tf.add(tf.mul(gradient, rescale), tf.mul(wd, weight)));

    const m = tf.add(tf.mul(beta1, mean), tf.mul(1 - beta1, g));
    const v = tf.add(tf.mul(beta2, variance), tf.mul(tf.mul(1 - beta2, g), g));
    const now = tf.mul(1 - momentum, tf.div(g, 1 - product));
    const ahead = tf.mul(nextMomentum, tf.div(m, 1 - product * nextMomentum));
    const root = tf.sqrt(tf.div(v, 1 - beta2 ** t));
    const step = tf.div(tf.mul(learningRate, tf.add(now, ahead)), tf.add(root, epsilon));
    return { weight: tf.sub(weight, step), state: { mean: m, variance: v } };
  }

  override carried(): { readonly momentumProduct: number } {
    return { momentumProduct: this.#momentumProduct };
  }

  override restoreCarried({ momentumProduct }: { readonly momentumProduct: number }): void {
    this.#momentumProduct = momentumProduct;
  }
}

import { ADAM_UPDATE, type AdamUpdateAttrs } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { hasUpdateKernel, ownsItsMemory, updateInPlace } from "./in-place.ts";
import {
  Optimizer,
  type OptimizerOptions,
  type ParameterUpdate,
  type UpdateResult,
  type UpdateStep,
} from "./optimizer.ts";
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
 *
 * Where the active backend has the kernel `ADAM_UPDATE` one call of it makes the whole step in place, in the memory of the
 * weights, but for weights whose memory another tensor shares.
 * @see MXNet 1.4.1, `mxnet.optimizer.Adam`, operator `adam_update`; Kingma and Ba, arXiv:1412.6980.
 */
export class Adam extends Optimizer<AdamOptions, "mean" | "variance"> {
  readonly stateNames = ["mean", "variance"] as const;

  constructor(options: AdamOptions = {}) {
    super("adam", { beta1: belowOne(0.9), beta2: belowOne(0.999), epsilon: notNegative(1e-8) }, options, 0.001);
  }

  override updateAll(updates: readonly ParameterUpdate<"mean" | "variance">[]): void {
    const inPlace = hasUpdateKernel(ADAM_UPDATE) ? updates.filter(ownsItsMemory) : [];
    if (inPlace.length > 0) {
      const { beta1, beta2, epsilon, clipGradient } = this.settings;
      const learningRates = inPlace.map(({ step }) => this.#corrected(step));
      updateInPlace<AdamUpdateAttrs>(ADAM_UPDATE, inPlace, clipGradient, { beta1, beta2, epsilon, learningRates });
    }
    super.updateAll(updates.filter((update) => !inPlace.includes(update)));
  }

  /** The learning rate with the correction of both means' bias towards their zeros at the start. */
  #corrected({ learningRate, t }: UpdateStep): number {
    const { beta1, beta2 } = this.settings;
    return learningRate * (Math.sqrt(1 - beta2 ** t) / (1 - beta1 ** t));
  }

  protected override rule(
    step: UpdateStep,
    { mean, variance }: Readonly<Record<"mean" | "variance", tf.Tensor>>,
  ): UpdateResult<"mean" | "variance"> {
    const { weight, gradient, wd, rescale } = step;
    const { beta1, beta2, epsilon } = this.settings;
    const g = this.clip(tf.add(tf.mul(rescale, gradient), tf.mul(wd, weight)));

    const m = tf.add(tf.mul(beta1, mean), tf.mul(1 - Math.fround(beta1), g));
    const v = tf.add(tf.mul(beta2, variance), tf.mul(1 - Math.fround(beta2), tf.mul(g, g)));
    const change = tf.div(tf.mul(this.#corrected(step), m), tf.add(tf.sqrt(v), epsilon));
    return { weight: tf.sub(weight, change), state: { mean: m, variance: v } };
  }
}

import * as tf from "@tensorflow/tfjs-core";
import { Optimizer, type OptimizerOptions, type UpdateResult, type UpdateStep } from "./optimizer.ts";
import { belowOne, notNegative } from "./setting.ts";

/** Options of {@link AdaDelta}. `learningRate` and schedules have no effect on it. */
export interface AdaDeltaOptions extends OptimizerOptions {
  /** Decay rate of both mean squares, ρ; 0.9. */
  readonly rho?: number | undefined;
  /** Starts the first steps and keeps the divisor away from 0, ε; 1e-5. */
  readonly epsilon?: number | undefined;
}

/**
 * AdaDelta: the size of past steps takes the place of a learning rate. `g = clip(rescale · gradient)`
 *
 * `a ← ρ·a + (1 − ρ)·g²`, `Δ = √(b + ε) / √(a + ε) · g`, `b ← ρ·b + (1 − ρ)·Δ²`, `w ← w − (Δ + wd·w)`
 *
 * No learning rate scales the weight decay either. MXNet also rescales the gradient's own array, which spoils a
 * gradient that accumulates (`gradReq: "add"`); this one leaves it alone.
 * @see MXNet 1.4.1, `mxnet.optimizer.AdaDelta`; Zeiler, arXiv:1212.5701.
 */
export class AdaDelta extends Optimizer<AdaDeltaOptions, "meanSquare" | "deltaMeanSquare"> {
  readonly stateNames = ["meanSquare", "deltaMeanSquare"] as const;

  constructor(options: AdaDeltaOptions = {}) {
    super("adadelta", { rho: belowOne(0.9), epsilon: notNegative(1e-5) }, options);
  }

  protected override rule(
    { weight, gradient, wd, rescale }: UpdateStep,
    { meanSquare, deltaMeanSquare }: Readonly<Record<"meanSquare" | "deltaMeanSquare", tf.Tensor>>,
  ): UpdateResult<"meanSquare" | "deltaMeanSquare"> {
    const { rho, epsilon } = this.settings;
    const averaged = (mean: tf.Tensor, x: tf.Tensor) => tf.add(tf.mul(rho, mean), tf.mul(tf.mul(1 - rho, x), x));
    const root = (mean: tf.Tensor) => tf.sqrt(tf.add(mean, epsilon));
    const g = this.clip(tf.mul(gradient, rescale));

    const a = averaged(meanSquare, g);
    const delta = tf.mul(tf.div(root(deltaMeanSquare), root(a)), g);
    const b = averaged(deltaMeanSquare, delta);
    const next = tf.sub(weight, tf.add(delta, tf.mul(wd, weight)));
    return { weight: next, state: { meanSquare: a, deltaMeanSquare: b } };
  }
}

import * as tf from "@tensorflow/tfjs-core";
import { clipTo, Optimizer, type OptimizerOptions, type UpdateResult, type UpdateStep } from "./optimizer.ts";
import { belowOne, bound, flag, notNegative } from "./setting.ts";

/** Options of {@link RMSProp}. */
export interface RMSPropOptions extends OptimizerOptions {
  /** Step size; 0.001. */
  readonly learningRate?: number | undefined;
  /** Decay rate of the mean square (and, centered, of the mean), γ₁; 0.9. */
  readonly gamma1?: number | undefined;
  /** Momentum of the centered form, γ₂; 0.9. Not used otherwise. */
  readonly gamma2?: number | undefined;
  /** Keeps the divisor away from 0, ε; 1e-8. */
  readonly epsilon?: number | undefined;
  /** Divide by an estimate of the standard deviation instead of the root mean square; false. */
  readonly centered?: boolean | undefined;
  /** Largest absolute value of a weight's element; null for none, the default. */
  readonly clipWeights?: number | null | undefined;
}

/** States of {@link RMSProp}. */
export type RMSPropState = "meanSquare" | "mean" | "delta";

/**
 * RMSProp, plain or centered. `g = clip(rescale · gradient + wd·w)`
 *
 * - plain: `n ← (1 − γ₁)·g² + γ₁·n`, `w ← w − lr·g / √(n + ε)`
 * - centered: `n` likewise, `ḡ ← (1 − γ₁)·g + γ₁·ḡ`, `δ ← γ₂·δ − lr·g / √(n − ḡ² + ε)`, `w ← w + δ`
 *
 * ε stands inside the root. `clipWeights` limits the result.
 * @see MXNet 1.4.1, `mxnet.optimizer.RMSProp`, operators `rmsprop_update` and `rmspropalex_update`; Tieleman and
 *   Hinton (2012), lecture 6.5; Graves, arXiv:1308.0850, equations 38 to 45.
 */
export class RMSProp extends Optimizer<RMSPropOptions, RMSPropState> {
  readonly stateNames: readonly RMSPropState[];

  constructor(options: RMSPropOptions = {}) {
    const own = {
      gamma1: belowOne(0.9),
      gamma2: belowOne(0.9),
      epsilon: notNegative(1e-8),
      centered: flag(false),
      clipWeights: bound(),
    };
    super("rmsprop", own, options, 0.001);
    this.stateNames = this.settings.centered ? ["meanSquare", "mean", "delta"] : ["meanSquare"];
  }

  protected override rule(
    { weight, gradient, learningRate, wd, rescale }: UpdateStep,
    state: Readonly<Record<RMSPropState, tf.Tensor>>,
  ): UpdateResult<RMSPropState> {
    const { gamma1, gamma2, epsilon, centered, clipGradient, clipWeights } = this.settings;
    const fresh = 1 - Math.fround(gamma1);
    const g = this.clip(tf.add(tf.mul(rescale, gradient), tf.mul(wd, weight)));

    // The product's order depends on clipping, as MXNet's does; it decides the last bit.
    const square = clipGradient === null ? tf.mul(fresh, tf.mul(g, g)) : tf.mul(tf.mul(fresh, g), g);
    const meanSquare = tf.add(square, tf.mul(gamma1, state.meanSquare));
    if (!centered) {
      const step = tf.mul(learningRate, tf.div(g, tf.sqrt(tf.add(meanSquare, epsilon))));
      return { weight: clipTo(tf.sub(weight, step), clipWeights), state: { ...state, meanSquare } };
    }
    const mean = tf.add(tf.mul(fresh, g), tf.mul(gamma1, state.mean));
    const deviation = tf.sqrt(tf.add(tf.sub(meanSquare, tf.mul(mean, mean)), epsilon));
    const delta = tf.sub(tf.mul(gamma2, state.delta), tf.mul(learningRate, tf.div(g, deviation)));
    return { weight: clipTo(tf.add(weight, delta), clipWeights), state: { meanSquare, mean, delta } };
  }
}

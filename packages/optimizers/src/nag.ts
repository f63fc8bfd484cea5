import * as tf from "@tensorflow/tfjs-core";
import { Optimizer, type OptimizerOptions, type UpdateResult, type UpdateStep } from "./optimizer.ts";
import { notNegative } from "./setting.ts";

/** Options of {@link NAG}. */
export interface NAGOptions extends OptimizerOptions {
  /** Fraction of the last step that is taken again, μ; 0. */
  readonly momentum?: number | undefined;
}

/**
 * Nesterov's accelerated gradient. `g = clip(rescale · gradient) + wd·w`
 *
 * - without momentum: `w ← w − lr·g`
 * - with momentum: `m ← μ·m + g`, `w ← w − lr·(g + μ·m)`
 *
 * The learning rate is outside `m`: a change of it applies to momentum gathered before as well. From 1.5 on MXNet keeps
 * it inside, and decays `m` with the weight already updated; without decay, and while the rate stays the same, those
 * releases compute the same weights.
 * @see MXNet 1.4.1, `mxnet.optimizer.NAG`.
 */
export class NAG extends Optimizer<NAGOptions, "momentum"> {
  readonly stateNames: readonly "momentum"[];

  constructor(options: NAGOptions = {}) {
    super("nag", { momentum: notNegative(0) }, options);
    this.stateNames = this.settings.momentum === 0 ? [] : ["momentum"];
  }

  protected override rule(
    { weight, gradient, learningRate, wd, rescale }: UpdateStep,
    state: { readonly momentum: tf.Tensor },
  ): UpdateResult<"momentum"> {
    const { momentum } = this.settings;
    const g = tf.add(this.clip(tf.mul(gradient, rescale)), tf.mul(weight, wd));

    if (momentum === 0) return { weight: tf.add(weight, tf.mul(g, -learningRate)), state };
    const m = tf.add(tf.mul(state.momentum, momentum), g);
    const ahead = tf.add(g, tf.mul(m, momentum));
    return { weight: tf.add(weight, tf.mul(ahead, -learningRate)), state: { momentum: m } };
  }
}

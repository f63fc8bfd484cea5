import { SGD_UPDATE, type SgdUpdateAttrs } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { hasUpdateKernel, ownsItsMemory, updateInPlace } from "./in-place.ts";
import {
  Optimizer,
  type OptimizerOptions,
  type ParameterUpdate,
  type UpdateResult,
  type UpdateStep,
} from "./optimizer.ts";
import { notNegative } from "./setting.ts";

/** Options of {@link SGD}. */
export interface SGDOptions extends OptimizerOptions {
  /** Fraction of the last step that is taken again, μ; 0. */
  readonly momentum?: number | undefined;
}

/**
 * Stochastic gradient descent, with or without momentum. `g = clip(rescale · gradient)`
 *
 * - without momentum: `w ← (1 − lr·wd)·w − lr·g`
 * - with momentum: `m ← μ·m − lr·wd·w − lr·g`, `w ← w + m`
 *
 * The learning rate is inside `m`: after a change of it, momentum gathered before keeps the old rate.
 *
 * Where the active backend has the kernel `SGD_UPDATE` one call of it makes the whole step in place, in the
 * memory of the weights, but for weights whose memory another tensor shares.
 * @see MXNet 1.4.1, `mxnet.optimizer.SGD`, operators `sgd_update` and `sgd_mom_update`.
 */
export class SGD extends Optimizer<SGDOptions, "momentum"> {
  readonly stateNames: readonly "momentum"[];

  constructor(options: SGDOptions = {}) {
    super("sgd", { momentum: notNegative(0) }, options);
    this.stateNames = this.settings.momentum === 0 ? [] : ["momentum"];
  }

  override updateAll(updates: readonly ParameterUpdate<"momentum">[]): void {
    const inPlace = hasUpdateKernel(SGD_UPDATE) ? updates.filter(ownsItsMemory) : [];
    if (inPlace.length > 0) {
      const { clipGradient, momentum } = this.settings;
      const learningRates = inPlace.map(({ step }) => step.learningRate);
      updateInPlace<SgdUpdateAttrs>(SGD_UPDATE, inPlace, clipGradient, { momentum, learningRates });
    }
    super.updateAll(updates.filter((update) => !inPlace.includes(update)));
  }

  protected override rule(
    { weight, gradient, learningRate, wd, rescale }: UpdateStep,
    state: { readonly momentum: tf.Tensor },
  ): UpdateResult<"momentum"> {
    const { clipGradient, momentum } = this.settings;
    const f32 = Math.fround;
    const lrWd = f32(f32(learningRate) * f32(wd));
    const decays = lrWd !== 0; // without, MXNet multiplies by 1 or subtracts 0 all the same
    const scaled =
      clipGradient === null
        ? tf.mul(f32(f32(learningRate) * f32(rescale)), gradient)
        : tf.mul(learningRate, this.clip(tf.mul(rescale, gradient)));

    if (momentum === 0) return { weight: tf.sub(decays ? tf.mul(1 - lrWd, weight) : weight, scaled), state };
    const kept = tf.mul(momentum, state.momentum);
    const m = tf.sub(decays ? tf.sub(kept, tf.mul(lrWd, weight)) : kept, scaled);
    return { weight: tf.add(weight, m), state: { momentum: m } };
  }
}

import { SGD_UPDATE, type SgdUpdateAttrs, type SgdUpdateInputs } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { Optimizer, type OptimizerOptions, type UpdateResult, type UpdateStep } from "./optimizer.ts";
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
 * Where the active backend has the kernel `SGD_UPDATE` it runs in place, in the weight's own memory, unless another
 * tensor shares that memory.
 * @see MXNet 1.4.1, `mxnet.optimizer.SGD`, operators `sgd_update` and `sgd_mom_update`.
 */
export class SGD extends Optimizer<SGDOptions, "momentum"> {
  readonly stateNames: readonly "momentum"[];

  constructor(options: SGDOptions = {}) {
    super("sgd", { momentum: notNegative(0) }, options);
    this.stateNames = this.settings.momentum === 0 ? [] : ["momentum"];
  }

  override update(
    step: UpdateStep & { readonly weight: tf.Variable },
    state: { readonly momentum: tf.Variable },
  ): void {
    if (!this.#updateInPlace(step, state)) super.update(step, state);
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

  /** Runs the backend's own kernel; false where it has none or must not write into the buffers. */
  #updateInPlace(
    { weight, gradient, learningRate, wd, rescale }: UpdateStep,
    { momentum: m }: { readonly momentum: tf.Variable },
  ): boolean {
    if (tf.getKernel(SGD_UPDATE, tf.getBackend()) === undefined) return false;
    const { clipGradient, momentum } = this.settings;
    const written = momentum === 0 ? [weight] : [weight, m];
    // A reshaped tensor, on most backends a clone too, shares the buffer of its original and must keep its values.
    if (written.some((tensor) => tf.backend().refCount(tensor.dataId) !== 1)) return false;
    const inputs: SgdUpdateInputs = momentum === 0 ? { weight, gradient } : { weight, gradient, momentum: m };
    const attrs: SgdUpdateAttrs = { learningRate, momentum, wd, rescale, clip: clipGradient ?? 0 };
    tf.engine().runKernel(SGD_UPDATE, { ...inputs }, { ...attrs });
    return true;
  }
}

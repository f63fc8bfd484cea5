import * as tf from "@tensorflow/tfjs-core";
import { Optimizer, type OptimizerOptions, type UpdateResult, type UpdateStep } from "./optimizer.ts";
import { notNegative } from "./setting.ts";

/** Options of {@link AdaGrad}. */
export interface AdaGradOptions extends OptimizerOptions {
  /** Keeps the divisor away from 0, ε; 1e-7. */
  readonly eps?: number | undefined;
}

/**
 * AdaGrad: steps shrink with the sum of all squared gradients. `g = clip(rescale · gradient)`
 *
 * `h ← h + g²`, `w ← w − lr·(g / √(h + ε) + wd·w)`
 *
 * ε stands inside the root.
 * @see MXNet 1.4.1, `mxnet.optimizer.AdaGrad`; Duchi, Hazan and Singer, JMLR 12 (2011).
 */
export class AdaGrad extends Optimizer<AdaGradOptions, "history"> {
  readonly stateNames = ["history"] as const;

  constructor(options: AdaGradOptions = {}) {
    super("adagrad", { eps: notNegative(1e-7) }, options);
  }

  protected override rule(
    { weight, gradient, learningRate, wd, rescale }: UpdateStep,
    { history }: { readonly history: tf.Tensor },
  ): UpdateResult<"history"> {
    const g = this.clip(tf.mul(gradient, rescale));

    const h = tf.add(history, tf.mul(g, g));
    const direction = tf.add(tf.div(g, tf.sqrt(tf.add(h, this.settings.eps))), tf.mul(weight, wd));
    return { weight: tf.add(weight, tf.mul(direction, -learningRate)), state: { history: h } };
  }
}

import * as tf from "@tensorflow/tfjs-core";
import { OptimizerError } from "./errors.ts";

/**
 * Scales gradients in place so that their common norm is at most `maxNorm`.
 *
 * `norm = √Σ‖g‖²`, `g ← g · min(1, maxNorm / (norm + 1e-8))`. Gradients are summed over the batch when this runs, so
 * `maxNorm` applies to the sum: multiply it by the batch size to bound the mean.
 *
 * A norm that is not finite is returned, not thrown, and the gradients are what MXNet leaves: unchanged where the norm
 * is NaN; where it is infinite, 0 for finite elements and NaN for infinite ones.
 * @param gradients any shapes, float32; scaled before the first `await`.
 * @param maxNorm above 0.
 * @returns the norm before scaling.
 * @throws {OptimizerError} without gradients or with a `maxNorm` that is not above 0.
 * @see MXNet 1.4.1, `mxnet.gluon.utils.clip_global_norm`.
 */
export async function clipGlobalNorm(gradients: readonly tf.Variable[], maxNorm: number): Promise<number> {
  if (gradients.length === 0) throw new OptimizerError("clipGlobalNorm", "at least one gradient", "none");
  if (!(maxNorm > 0)) throw new OptimizerError("clipGlobalNorm", "maxNorm to be a number > 0", String(maxNorm));
  const norm = tf.tidy(() => {
    const norm = tf.sqrt(tf.addN(gradients.map((gradient) => tf.sum(tf.square(gradient)))));
    const ratio = tf.div(maxNorm, tf.add(norm, 1e-8));
    const scale = tf.where(tf.less(ratio, 1), ratio, 1); // false for NaN, unlike a minimum
    for (const gradient of gradients) gradient.assign(tf.mul(gradient, scale));
    return norm;
  });
  try {
    return (await norm.data())[0]!;
  } finally {
    norm.dispose();
  }
}

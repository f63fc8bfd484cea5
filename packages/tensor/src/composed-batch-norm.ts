import * as tf from "@tensorflow/tfjs-core";
import type { BatchNormAttrs, BatchNormGradientAttrs } from "./kernels.ts";

/** A vector along one axis of a tensor of the given rank, ready for broadcasting. */
function along(vector: tf.Tensor, { axis }: BatchNormAttrs, rank: number): tf.Tensor {
  return tf.reshape(
    vector,
    Array.from({ length: rank }, (_, i) => (i === axis ? vector.size : 1)),
  );
}

function othersOf(x: tf.Tensor, { axis }: BatchNormAttrs): number[] {
  return x.shape.map((_, i) => i).filter((i) => i !== axis);
}

/** Mean and biased variance of every channel, `[c]` each. */
export function composedMoments(x: tf.Tensor, attrs: BatchNormAttrs): { mean: tf.Tensor; variance: tf.Tensor } {
  const others = othersOf(x, attrs);
  const mean = tf.mean(x, others);
  return { mean, variance: tf.mean(tf.square(tf.sub(x, along(mean, attrs, x.rank))), others) };
}

/** `(x - mean) / sqrt(variance + epsilon) * gamma + beta`, from operations that can be differentiated again. */
export function composedNormalize(
  x: tf.Tensor,
  statistics: { readonly mean: tf.Tensor; readonly variance: tf.Tensor },
  learned: { readonly gamma: tf.Tensor; readonly beta: tf.Tensor },
  attrs: BatchNormAttrs,
): tf.Tensor {
  const place = (vector: tf.Tensor): tf.Tensor => along(vector, attrs, x.rank);
  const root = tf.rsqrt(tf.add(place(statistics.variance), attrs.epsilon));
  const standard = tf.mul(tf.sub(x, place(statistics.mean)), root);
  return tf.add(tf.mul(standard, place(learned.gamma)), place(learned.beta));
}

/**
 * `dBeta = Σ dy`, `dGamma = Σ dy x̂` with `x̂ = (x - mean) / σ`, and `dx = gamma / σ (dy - (dBeta + x̂ dGamma) / m)` over
 * the `m` elements of a channel; without the statistics' own share `dx = gamma / σ dy`.
 */
export function composedBatchNormGradient(
  { dy, x, mean, variance, gamma }: Readonly<Record<string, tf.Tensor>>,
  attrs: BatchNormGradientAttrs,
): tf.Tensor[] {
  const place = (vector: tf.Tensor): tf.Tensor => along(vector, attrs, x!.rank);
  const others = othersOf(x!, attrs);
  const root = tf.rsqrt(tf.add(place(variance!), attrs.epsilon));
  const standard = tf.mul(tf.sub(x!, place(mean!)), root);
  const dBeta = tf.sum(dy!, others);
  const dGamma = tf.sum(tf.mul(dy!, standard), others);
  const slope = tf.mul(root, place(gamma!));
  if (!attrs.isOfBatch) return [tf.mul(dy!, slope), dGamma, dBeta];
  const elements = x!.size / mean!.size;
  const shared = tf.div(tf.add(place(dBeta), tf.mul(standard, place(dGamma))), elements);
  return [tf.mul(slope, tf.sub(dy!, shared)), dGamma, dBeta];
}

import { ShapeError, shapeText } from "@camada/conv-math";
import * as tf from "@tensorflow/tfjs-core";
import { composedMoments, composedNormalize } from "./composed-batch-norm.ts";
import { BATCH_NORM, NORMALIZE } from "./kernels.ts";
import { runKernel, runKernelAll } from "./run-kernel.ts";
import { isNested } from "./tapes.ts";

/** What {@link batchNorm} and {@link normalize} take beside the batch. */
export interface BatchNormOptions {
  /** Scale of every channel, `[c]`. */
  readonly gamma: tf.Tensor;
  /** Shift of every channel, `[c]`. */
  readonly beta: tf.Tensor;
  /** Axis of the channels. */
  readonly axis: number;
  /** Added to the variance, inside the root. */
  readonly epsilon: number;
}

/** Mean and biased variance of every channel, `[c]` each. */
export interface ChannelStatistics {
  readonly mean: tf.Tensor;
  readonly variance: tf.Tensor;
}

/**
 * Normalizes every channel by the statistics of the batch itself: `(x − μ) / √(σ² + ε) · gamma + beta`, σ² biased.
 * @param x any shape with channels on `axis`.
 * @returns `y` shaped as `x`, and the statistics; no gradient flows through those that are returned.
 * @throws {ShapeError} when gamma or beta is not `[c]`.
 * @see Ioffe and Szegedy 2015.
 */
export function batchNorm(x: tf.Tensor, options: BatchNormOptions): ChannelStatistics & { readonly y: tf.Tensor } {
  const { gamma, beta, ...attrs } = checked("batchNorm", x, options);
  if (isNested()) {
    return tf.tidy(() => {
      const statistics = composedMoments(x, attrs);
      return { y: composedNormalize(x, statistics, { gamma, beta }, attrs), ...statistics };
    });
  }
  const [y, mean, variance] = runKernelAll(BATCH_NORM, { x, gamma, beta }, attrs);
  return { y: y!, mean: mean!, variance: variance! };
}

/**
 * Normalizes every channel by given statistics: `(x − mean) / √(variance + ε) · gamma + beta`.
 * @param x any shape with channels on `axis`.
 * @returns shaped as `x`; the statistics are taken for constants, no gradient flows into them.
 * @throws {ShapeError} when a vector is not `[c]`.
 */
export function normalize(x: tf.Tensor, statistics: ChannelStatistics, options: BatchNormOptions): tf.Tensor {
  const { gamma, beta, ...attrs } = checked("normalize", x, options, statistics);
  const { mean, variance } = statistics;
  if (isNested()) return tf.tidy(() => composedNormalize(x, { mean, variance }, { gamma, beta }, attrs));
  return runKernel(NORMALIZE, { x, mean, variance, gamma, beta }, attrs);
}

function checked(
  op: string,
  x: tf.Tensor,
  options: BatchNormOptions,
  statistics?: ChannelStatistics,
): BatchNormOptions {
  const { gamma, beta, axis, epsilon } = options;
  const channels = x.shape[axis];
  if (channels === undefined) throw new ShapeError(op, `an axis from 0 to ${x.rank - 1}`, String(axis));
  for (const [name, vector] of Object.entries({ gamma, beta, ...statistics })) {
    if (vector.rank === 1 && vector.size === channels) continue;
    throw new ShapeError(op, `${name} of shape [${channels}]`, shapeText(vector.shape));
  }
  return { gamma, beta, axis, epsilon };
}

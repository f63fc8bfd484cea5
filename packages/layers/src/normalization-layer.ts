import * as tf from "@tensorflow/tfjs-core";
import type { BlockOptions } from "./block.ts";
import type { Initializer, InitializerName } from "./initializer.ts";
import type { ParameterOptions } from "./parameter.ts";

/** Options that all normalizations have. */
export interface NormalizationOptions extends BlockOptions {
  /** Added to the variance, inside the root; 1e-5. */
  readonly epsilon?: number | undefined;
  /** Whether `beta` is learned; true. */
  readonly center?: boolean | undefined;
  /** Whether `gamma` is learned; true, but false for `InstanceNorm`. */
  readonly scale?: boolean | undefined;
  /** `zeros`. */
  readonly betaInitializer?: Initializer | InitializerName | undefined;
  /** `ones`. */
  readonly gammaInitializer?: Initializer | InitializerName | undefined;
}

/** Options of the normalizations along a channel axis. */
export interface ChannelNormalizationOptions extends NormalizationOptions {
  /** Channels of the input; 0: taken from the first batch. */
  readonly inChannels?: number | undefined;
}

/** How `gamma` and `beta` of `size` elements are made. */
export function scaleAndShift(
  size: number,
  { center = true, scale = true, betaInitializer = "zeros", gammaInitializer = "ones" }: NormalizationOptions,
): { gamma: ParameterOptions; beta: ParameterOptions } {
  return {
    gamma: { shape: [size], initializer: gammaInitializer, isDifferentiable: scale },
    beta: { shape: [size], initializer: betaInitializer, isDifferentiable: center },
  };
}

/** Mean and biased variance over some axes, which stay with size 1. */
export function moments(x: tf.Tensor, axes: readonly number[]): { mean: tf.Tensor; variance: tf.Tensor } {
  const mean = tf.mean(x, [...axes], true);
  return { mean, variance: tf.mean(tf.square(tf.sub(x, mean)), [...axes], true) };
}

/** `(x − mean) / √(variance + epsilon)` */
export function standardize(x: tf.Tensor, mean: tf.Tensor, variance: tf.Tensor, epsilon: number): tf.Tensor {
  return tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon)));
}

/** A vector along one axis of a tensor of the given rank, ready for broadcasting. */
export function along(vector: tf.Tensor, axis: number, rank: number): tf.Tensor {
  return tf.reshape(
    vector,
    Array.from({ length: rank }, (_, i) => (i === axis ? vector.size : 1)),
  );
}

import {
  BATCH_NORM,
  BATCH_NORM_GRADIENT,
  NORMALIZE,
  type BatchNormAttrs,
  type BatchNormGradientAttrs,
  type BatchNormGradientInputs,
  type BatchNormInputs,
  type NormalizeInputs,
} from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { defineKernel, type Kernel, type Present } from "../kernel.ts";
import { areOf, sizeOf } from "../kernels/elements.ts";
import { channelsOf, moments, normalizationGradient, normalized } from "./batch-norm.ts";

const batchNorm = defineKernel(
  BATCH_NORM,
  (backend, { x, gamma, beta }: BatchNormInputs, { axis, epsilon }: BatchNormAttrs) => {
    const channels = channelsOf(backend, BATCH_NORM, x, axis);
    const [mean, variance] = moments(backend, channels, x);
    return [normalized(backend, channels, x, { mean, variance, gamma, beta, epsilon }), mean, variance];
  },
);

const normalize = defineKernel(
  NORMALIZE,
  (backend, { x, mean, variance, gamma, beta }: NormalizeInputs, { axis, epsilon }: BatchNormAttrs) => {
    const channels = channelsOf(backend, NORMALIZE, x, axis);
    return normalized(backend, channels, x, { mean, variance, gamma, beta, epsilon });
  },
);

const gradient = defineKernel(
  BATCH_NORM_GRADIENT,
  (backend, inputs: BatchNormGradientInputs, attrs: BatchNormGradientAttrs) => {
    const channels = channelsOf(backend, BATCH_NORM_GRADIENT, inputs.x, attrs.axis);
    return normalizationGradient(backend, channels, inputs, attrs);
  },
);

/** Offset and scale may be missing. */
type FusedInputs = Present<Pick<tf.FusedBatchNormInputs, "x" | "mean" | "variance">> &
  Pick<tf.FusedBatchNormInputs, "offset" | "scale">;

/** tfjs's, channels last. */
const fusedBatchNorm = defineKernel(
  tf.FusedBatchNorm,
  (backend, inputs: FusedInputs, attrs: tf.FusedBatchNormAttrs) => {
    const { x, mean, variance, offset, scale } = inputs;
    const statistics = [mean, variance, offset ?? mean, scale ?? mean];
    const count = x.shape.at(-1) ?? 0;
    const isPerChannel = statistics.every((tensor) => tensor.shape.at(-1) === count && sizeOf(tensor) === count);
    if (!isPerChannel || !areOf(["float32"], x, ...statistics)) {
      return backend.scripts.run(tf.FusedBatchNorm, { ...inputs } as unknown as tf.NamedTensorInfoMap, attrs);
    }
    const channels = channelsOf(backend, tf.FusedBatchNorm, x, x.shape.length - 1);
    const by = { mean, variance, gamma: scale, beta: offset, epsilon: attrs.varianceEpsilon ?? 0.001 };
    return normalized(backend, channels, x, by);
  },
);

/** Batch normalization, its gradient, and tfjs's normalization. */
export const batchNormKernels: readonly Kernel[] = [batchNorm, normalize, gradient, fusedBatchNorm];

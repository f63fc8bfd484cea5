/**
 * Camada's own kernels: ordinary entries of tfjs's registry under names of ours. A backend that has a fast form
 * registers it for its tfjs backend name; for every other backend `composed.ts` builds it from tfjs's standard kernels.
 * The gradient rules stand beside the operations and serve both forms.
 *
 * Spatial kernels take tensors of rank 3, 4 or 5 (one to three spatial axes) in the layout that the backend reports
 * (`BackendInfo.layout`); shapes below are written for `NCHW`. Weights are always `[cOut, cIn / groups, ...kernel]`.
 * Every kernel takes and gives float32 unless its line says otherwise, and may assume that shapes were checked.
 */
import type { Tensor } from "@tensorflow/tfjs-core";

/** Element-wise functions that can be fused into a producer. Gluon's five kinds and the identity. */
export type Activation = "linear" | "relu" | "sigmoid" | "tanh" | "softrelu" | "softsign";

/** Geometry of a convolution: one entry per spatial axis, padding for both ends. */
export interface ConvolutionAttrs {
  readonly strides: readonly number[];
  readonly padBegin: readonly number[];
  readonly padEnd: readonly number[];
  readonly dilations: readonly number[];
  readonly groups: number;
}

/** `y = activation(x * weight + bias)`, a cross-correlation. */
export const CONVOLUTION = "CamadaConvolution";
/** What {@link CONVOLUTION} takes. */
export interface ConvolutionInputs {
  /** `[n, cIn, ...spatial]` */
  readonly x: Tensor;
  /** `[cOut, cIn / groups, ...kernel]` */
  readonly weight: Tensor;
  /** `[cOut]` */
  readonly bias?: Tensor;
}
export interface FusedConvolutionAttrs extends ConvolutionAttrs {
  readonly activation: Activation;
}

/**
 * Gradient of a convolution with respect to its input: `dx`. Without an activation it is also the forward pass of a
 * transposed convolution.
 */
export const CONVOLUTION_INPUT_GRADIENT = "CamadaConvolutionInputGradient";
/** What {@link CONVOLUTION_INPUT_GRADIENT} takes. */
export interface ConvolutionInputGradientInputs {
  /** `[n, cOut, ...output]` */
  readonly dy: Tensor;
  /** `[cOut, cIn / groups, ...kernel]` */
  readonly weight: Tensor;
  /** The convolution's activated result, shaped as `dy`; present unless the activation is `linear`. */
  readonly y?: Tensor;
}
export interface ConvolutionInputGradientAttrs extends FusedConvolutionAttrs {
  /** Full shape of the result, `[n, cIn, ...spatial]`. */
  readonly inputShape: readonly number[];
}

/**
 * Gradient of a convolution with respect to its weight, `[cOut, cIn / groups, ...kernel]`; with `withBias` a second
 * output `[cOut]`, the gradient of the bias: the sum of `dz = dy * activation'(z)` over every axis but channels.
 */
export const CONVOLUTION_WEIGHT_GRADIENT = "CamadaConvolutionWeightGradient";
/** What {@link CONVOLUTION_WEIGHT_GRADIENT} takes. */
export interface ConvolutionWeightGradientInputs {
  /** `[n, cIn, ...spatial]` */
  readonly x: Tensor;
  /** `[n, cOut, ...output]` */
  readonly dy: Tensor;
  /** The convolution's activated result, shaped as `dy`; present unless the activation is `linear`. */
  readonly y?: Tensor;
}
export interface ConvolutionWeightGradientAttrs extends FusedConvolutionAttrs {
  readonly weightShape: readonly number[];
  /** Whether the gradient of the bias is wanted too. */
  readonly withBias: boolean;
}

/** Sum of `dy` over every axis but channels, `[cOut]`: the gradient of a bias. */
export const BIAS_GRADIENT = "CamadaBiasGradient";
/** What {@link BIAS_GRADIENT} takes. */
export interface BiasGradientInputs {
  /** `[n, cOut, ...output]` */
  readonly dy: Tensor;
}

/** `dy * activation'(z)`, expressed through the activated value `y = activation(z)`. */
export const ACTIVATION_GRADIENT = "CamadaActivationGradient";
/** What {@link ACTIVATION_GRADIENT} takes, both of one shape. */
export interface ActivationGradientInputs {
  readonly dy: Tensor;
  readonly y: Tensor;
}
/** Which function {@link ACTIVATION_GRADIENT} differentiates. */
export interface ActivationGradientAttrs {
  readonly activation: Activation;
}

/** What a max window without a real element gives: float32's lowest finite value. */
export const lowestFloat32 = -3.4028234663852886e38;

/** Pooling windows: geometry without dilation and groups. Ceil mode shows in `outputSize` alone. */
export interface PoolAttrs {
  readonly kind: "max" | "avg";
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  /** Padding before the first element of each spatial axis. */
  readonly padBegin: readonly number[];
  /** Padding after the last element of each spatial axis that counts for `countIncludePad`. */
  readonly padEnd: readonly number[];
  /** Output extent per spatial axis. A window may reach beyond `padEnd` (ceil mode): it is clipped there. */
  readonly outputSize: readonly number[];
  /** Average over the window clipped to the padded input (true), or over the real elements alone (false). */
  readonly countIncludePad: boolean;
}

/** Max or average pooling, `[n, c, ...outputSize]`. A max window without a real element gives the lowest float32. */
export const POOL = "CamadaPool";
/** What {@link POOL} takes. */
export interface PoolInputs {
  /** `[n, c, ...spatial]` */
  readonly x: Tensor;
}

/** Gradient of pooling; the first maximum of a window (row-major) receives it. Result shaped as `x`. */
export const POOL_GRADIENT = "CamadaPoolGradient";
/** What {@link POOL_GRADIENT} takes. */
export interface PoolGradientInputs {
  /** `[n, c, ...outputSize]` */
  readonly dy: Tensor;
  /** `[n, c, ...spatial]` */
  readonly x: Tensor;
}

/** `activation(x weightᵀ + bias)`, `[n, units]`. */
export const DENSE = "CamadaDense";
/** What {@link DENSE} takes. */
export interface DenseInputs {
  /** `[n, inUnits]` */
  readonly x: Tensor;
  /** `[units, inUnits]` */
  readonly weight: Tensor;
  /** `[units]` */
  readonly bias?: Tensor;
}
/** The activation of {@link DENSE}, which its gradient {@link DENSE_INPUT_GRADIENT} undoes first. */
export interface DenseAttrs {
  readonly activation: Activation;
}

/** Gradient of a dense layer with respect to its input: `dz weight`, `[n, inUnits]`, with `dz = dy * activation'(z)`. */
export const DENSE_INPUT_GRADIENT = "CamadaDenseInputGradient";
/** What {@link DENSE_INPUT_GRADIENT} takes. */
export interface DenseInputGradientInputs {
  /** `[n, units]` */
  readonly dy: Tensor;
  /** `[units, inUnits]` */
  readonly weight: Tensor;
  /** The layer's activated result, shaped as `dy`; present unless the activation is `linear`. */
  readonly y?: Tensor;
}

/**
 * Gradient of a dense layer with respect to its weight: `dzᵀ x`, `[units, inUnits]`, with `dz = dy * activation'(z)`; with
 * `withBias` a second output `[units]`, the gradient of the bias: the sum of `dz` over the batch.
 */
export const DENSE_WEIGHT_GRADIENT = "CamadaDenseWeightGradient";
/** What {@link DENSE_WEIGHT_GRADIENT} takes. */
export interface DenseWeightGradientInputs {
  /** `[n, inUnits]` */
  readonly x: Tensor;
  /** `[n, units]` */
  readonly dy: Tensor;
  /** The layer's activated result, shaped as `dy`; present unless the activation is `linear`. */
  readonly y?: Tensor;
}
export interface DenseWeightGradientAttrs extends DenseAttrs {
  /** Whether the gradient of the bias is wanted too. */
  readonly withBias: boolean;
}

/** Softmax cross-entropy of sparse labels. Two outputs: `loss` `[n]` and `probabilities` `[n, classes]`. */
export const SOFTMAX_CROSS_ENTROPY = "CamadaSoftmaxCrossEntropy";
/** What {@link SOFTMAX_CROSS_ENTROPY} takes. */
export interface SoftmaxCrossEntropyInputs {
  /** `[n, classes]` */
  readonly logits: Tensor;
  /** int32 `[n]`; an entry outside of `[0, classes)` stands for the nearest class. */
  readonly labels: Tensor;
}

/** Gradient of {@link SOFTMAX_CROSS_ENTROPY}: `(probabilities - onehot(labels)) * dLoss`, `[n, classes]`. */
export const SOFTMAX_CROSS_ENTROPY_GRADIENT = "CamadaSoftmaxCrossEntropyGradient";
/** What {@link SOFTMAX_CROSS_ENTROPY_GRADIENT} takes. */
export interface SoftmaxCrossEntropyGradientInputs {
  /** `[n]` */
  readonly dLoss: Tensor;
  /** int32 `[n]`; an entry outside of `[0, classes)` stands for the nearest class. */
  readonly labels: Tensor;
  /** `[n, classes]` */
  readonly probabilities: Tensor;
}

/**
 * Normalization of every channel by the mean and the biased variance of the batch itself:
 * `y = (x - mean) / sqrt(variance + epsilon) * gamma + beta`. Three outputs: `y` shaped as `x`, `mean` `[c]` and
 * `variance` `[c]`.
 */
export const BATCH_NORM = "CamadaBatchNorm";
/** What {@link BATCH_NORM} takes. */
export interface BatchNormInputs {
  /** Any shape with at least one element per channel. */
  readonly x: Tensor;
  /** `[c]` */
  readonly gamma: Tensor;
  /** `[c]` */
  readonly beta: Tensor;
}
/** How {@link BATCH_NORM} and {@link NORMALIZE} read `x`. */
export interface BatchNormAttrs {
  /** Axis of the channels in `x`, not negative. */
  readonly axis: number;
  /** Added to the variance, inside the root. */
  readonly epsilon: number;
}

/** {@link BATCH_NORM} by given statistics: `y` alone, shaped as `x`. */
export const NORMALIZE = "CamadaNormalize";
/** What {@link NORMALIZE} takes. */
export interface NormalizeInputs extends BatchNormInputs {
  /** `[c]` */
  readonly mean: Tensor;
  /** `[c]` */
  readonly variance: Tensor;
}

/**
 * Gradient of {@link BATCH_NORM} and, for the tensors that are learned, of {@link NORMALIZE}. Three outputs: `dx` shaped
 * as `x`, `dGamma` `[c]` and `dBeta` `[c]`.
 */
export const BATCH_NORM_GRADIENT = "CamadaBatchNormGradient";
/** What {@link BATCH_NORM_GRADIENT} takes. */
export interface BatchNormGradientInputs {
  /** Gradient of `y`, shaped as `x`. */
  readonly dy: Tensor;
  readonly x: Tensor;
  /** `[c]` */
  readonly mean: Tensor;
  /** `[c]` */
  readonly variance: Tensor;
  /** `[c]` */
  readonly gamma: Tensor;
}
/** Which of the two {@link BATCH_NORM_GRADIENT} differentiates. */
export interface BatchNormGradientAttrs extends BatchNormAttrs {
  /** Whether mean and variance are those of `x`, so that the gradient flows through them too. */
  readonly isOfBatch: boolean;
}

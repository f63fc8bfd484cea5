import * as tf from "@tensorflow/tfjs-core";
import { activation } from "./activation.ts";
import type { Layout } from "./backend.ts";
import { addBias } from "./bias.ts";
import { composedActivationGradient } from "./composed-activation.ts";
import { composedBatchNormGradient, composedMoments, composedNormalize } from "./composed-batch-norm.ts";
import { composedConvolution, composedInputGradient, composedWeightGradient } from "./composed-convolution.ts";
import { composedPool, composedPoolGradient } from "./composed-pooling.ts";
import * as k from "./kernels.ts";
import { channelAxis } from "./layout.ts";
import { nearestClasses } from "./nearest-classes.ts";

type Inputs = Record<string, tf.Tensor>;
type Form = (inputs: Inputs, attrs: never, layout: Layout) => tf.Tensor | tf.Tensor[];

/** The gradient before a fused activation, `dy` itself where there is none. */
function beforeActivation(dy: tf.Tensor, y: tf.Tensor | undefined, kind: k.Activation): tf.Tensor {
  return kind === "linear" ? dy : composedActivationGradient(dy, y!, kind);
}

function biasGradient(dy: tf.Tensor, layout: Layout): tf.Tensor {
  const channels = channelAxis(dy.rank, layout);
  return tf.sum(
    dy,
    dy.shape.map((_, axis) => axis).filter((axis) => axis !== channels),
  );
}

function oneHot(labels: tf.Tensor, classes: number): tf.Tensor {
  return tf.oneHot(nearestClasses(labels, classes), classes);
}

const forms: Record<string, Form> = {
  [k.CONVOLUTION]: ({ x, weight, bias }, attrs: k.FusedConvolutionAttrs, layout) =>
    activation(
      addBias(composedConvolution(x!, weight!, attrs, layout), bias, channelAxis(x!.rank, layout)),
      attrs.activation,
    ),
  [k.CONVOLUTION_INPUT_GRADIENT]: ({ dy, weight, y }, attrs: k.ConvolutionInputGradientAttrs, layout) =>
    composedInputGradient(beforeActivation(dy!, y, attrs.activation), weight!, attrs, layout),
  [k.CONVOLUTION_WEIGHT_GRADIENT]: ({ x, dy, y }, attrs: k.ConvolutionWeightGradientAttrs, layout) => {
    const dz = beforeActivation(dy!, y, attrs.activation);
    const dw = composedWeightGradient(x!, dz, attrs, layout);
    return attrs.withBias ? [dw, biasGradient(dz, layout)] : [dw];
  },
  [k.BIAS_GRADIENT]: ({ dy }, _attrs, layout) => biasGradient(dy!, layout),
  [k.ACTIVATION_GRADIENT]: ({ dy, y }, attrs: k.ActivationGradientAttrs) =>
    composedActivationGradient(dy!, y!, attrs.activation),
  [k.POOL]: ({ x }, attrs: k.PoolAttrs, layout) => composedPool(x!, attrs, layout),
  [k.POOL_GRADIENT]: ({ dy, x }, attrs: k.PoolAttrs, layout) => composedPoolGradient(dy!, x!, attrs, layout),
  [k.DENSE]: ({ x, weight, bias }, attrs: k.DenseAttrs) =>
    activation(addBias(tf.matMul(x as tf.Tensor2D, weight as tf.Tensor2D, false, true), bias, 1), attrs.activation),
  [k.DENSE_INPUT_GRADIENT]: ({ dy, weight, y }, attrs: k.DenseAttrs) =>
    tf.matMul(beforeActivation(dy!, y, attrs.activation), weight!),
  [k.DENSE_WEIGHT_GRADIENT]: ({ x, dy, y }, attrs: k.DenseWeightGradientAttrs) => {
    const dz = beforeActivation(dy!, y, attrs.activation);
    const dw = tf.matMul(dz, x!, true, false);
    return attrs.withBias ? [dw, tf.sum(dz, 0)] : [dw];
  },
  [k.SOFTMAX_CROSS_ENTROPY]: ({ logits, labels }) => {
    const logProbabilities = tf.logSoftmax(logits!);
    const chosen = tf.mul(oneHot(labels!, logits!.shape[1]!), logProbabilities);
    return [tf.neg(tf.sum(chosen, 1)), tf.exp(logProbabilities)];
  },
  [k.SOFTMAX_CROSS_ENTROPY_GRADIENT]: ({ dLoss, labels, probabilities }) => {
    const target = tf.cast(oneHot(labels!, probabilities!.shape[1]!), "float32");
    return tf.mul(tf.sub(probabilities!, target), tf.expandDims(dLoss!, 1));
  },
  [k.BATCH_NORM]: ({ x, gamma, beta }, attrs: k.BatchNormAttrs) => {
    const { mean, variance } = composedMoments(x!, attrs);
    return [composedNormalize(x!, { mean, variance }, { gamma: gamma!, beta: beta! }, attrs), mean, variance];
  },
  [k.NORMALIZE]: ({ x, mean, variance, gamma, beta }, attrs: k.BatchNormAttrs) =>
    composedNormalize(x!, { mean: mean!, variance: variance! }, { gamma: gamma!, beta: beta! }, attrs),
  [k.BATCH_NORM_GRADIENT]: (inputs, attrs: k.BatchNormGradientAttrs) => composedBatchNormGradient(inputs, attrs),
};

/**
 * Registers, for one tfjs backend, a composed form of every Camada kernel that it lacks.
 * @param layout what spatial kernels receive and give, asked for at each call: a program may run tfjs's backend first
 *   and activate one of ours on it later.
 */
export function registerComposedKernels(tfBackend: string, layout: () => Layout): void {
  for (const [kernelName, form] of Object.entries(forms)) {
    if (tf.getKernel(kernelName, tfBackend) !== undefined) continue;
    tf.registerKernel({
      kernelName,
      backendName: tfBackend,
      // The engine accepts tensors as a kernel's result; the tidy frees what the composition made on the way.
      kernelFunc: ({ inputs, attrs }) => tf.tidy(() => form(inputs as Inputs, attrs as never, layout())),
    });
  }
}

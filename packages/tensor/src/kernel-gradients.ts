/**
 * Gradient rules of Camada's own kernels. A rule knows nothing of how a kernel is built, so it serves fused and composed
 * forms alike. Each gradient is a function: tfjs calls only those whose input leads to a variable, which spares the
 * first layer the gradient of the picture.
 */
import * as tf from "@tensorflow/tfjs-core";
import { invoke } from "./invoke.ts";
import * as k from "./kernels.ts";

type NamedGradients = Record<string, () => tf.Tensor>;
type Rule = (dy: tf.Tensor, saved: tf.Tensor[], attrs: never) => NamedGradients;

/** `dy` through a fused activation. Not lazy: tfjs tidies each gradient by itself, and several of them share this one. */
function throughActivation(dy: tf.Tensor, y: tf.Tensor, activation: k.Activation): tf.Tensor {
  return activation === "linear" ? dy : invoke(k.ACTIVATION_GRADIENT, { dy, y }, { activation });
}

const convolution: Rule = (dy, [x, weight, y], attrs: k.FusedConvolutionAttrs) => {
  const { activation, ...geometry } = attrs;
  const dz = throughActivation(dy, y!, activation);
  return {
    x: () => invoke(k.CONVOLUTION_INPUT_GRADIENT, { dy: dz, weight }, { ...geometry, inputShape: x!.shape }),
    weight: () => invoke(k.CONVOLUTION_WEIGHT_GRADIENT, { x, dy: dz }, { ...geometry, weightShape: weight!.shape }),
    bias: () => invoke(k.BIAS_GRADIENT, { dy: dz }),
  };
};

/** The input gradient is linear in both inputs, and its adjoints are the other two passes. */
const inputGradient: Rule = (gradient, [dy, weight], attrs: k.ConvolutionInputGradientAttrs) => {
  const { inputShape: _, ...geometry } = attrs;
  return {
    dy: () => invoke(k.CONVOLUTION, { x: gradient, weight }, { ...geometry, activation: "linear" }),
    weight: () =>
      invoke(k.CONVOLUTION_WEIGHT_GRADIENT, { x: gradient, dy }, { ...geometry, weightShape: weight!.shape }),
  };
};

const weightGradient: Rule = (gradient, [x, dy], attrs: k.ConvolutionWeightGradientAttrs) => {
  const { weightShape: _, ...geometry } = attrs;
  return {
    x: () => invoke(k.CONVOLUTION_INPUT_GRADIENT, { dy, weight: gradient }, { ...geometry, inputShape: x!.shape }),
    dy: () => invoke(k.CONVOLUTION, { x, weight: gradient }, { ...geometry, activation: "linear" }),
  };
};

const pool: Rule = (dy, [x], attrs: k.PoolAttrs) => ({ x: () => invoke(k.POOL_GRADIENT, { dy, x }, attrs) });

const dense: Rule = (dy, [x, weight, y], { activation }: k.DenseAttrs) => {
  const dz = throughActivation(dy, y!, activation) as tf.Tensor2D;
  return {
    x: () => tf.matMul(dz, weight as tf.Tensor2D),
    weight: () => tf.matMul(dz, x as tf.Tensor2D, true, false),
    bias: () => tf.sum(dz, 0),
  };
};

/** `(probabilities - oneHot(labels)) * dloss`; nothing flows into the labels or out of the probabilities. */
const softmaxCrossEntropy = (dys: tf.Tensor[], [labels, probabilities]: tf.Tensor[]): NamedGradients => ({
  logits: () => {
    const target = tf.oneHot(labels as tf.Tensor1D, probabilities!.shape[1]!);
    return tf.mul(tf.sub(probabilities!, tf.cast(target, "float32")), tf.expandDims(dys[0]!, 1));
  },
  labels: () => tf.zerosLike(labels!),
});

let registered = false;

/** Registers the rules once per process. */
export function registerKernelGradients(): void {
  if (registered) return;
  registered = true;
  const register = (kernelName: string, rule: unknown, inputsToSave: string[], outputsToSave: boolean[] = []) =>
    tf.registerGradient({ kernelName, inputsToSave, outputsToSave, gradFunc: rule as tf.GradFunc });
  register(k.CONVOLUTION, convolution, ["x", "weight"], [true]);
  register(k.CONVOLUTION_INPUT_GRADIENT, inputGradient, ["dy", "weight"]);
  register(k.CONVOLUTION_WEIGHT_GRADIENT, weightGradient, ["x", "dy"]);
  register(k.POOL, pool, ["x"]);
  register(k.DENSE, dense, ["x", "weight"], [true]);
  register(k.SOFTMAX_CROSS_ENTROPY, softmaxCrossEntropy, ["labels"], [false, true]);
}

import * as tf from "@tensorflow/tfjs-core";
import { invoke } from "../invoke.ts";
import * as k from "../kernels.ts";
import { multiOutputRule, rule, zeroGradient } from "./rule.ts";

/** `dy` through a fused activation. Not lazy: tfjs tidies each gradient by itself, and several of them share this one. */
function throughActivation(dy: tf.Tensor, y: tf.Tensor, activation: k.Activation): tf.Tensor {
  return activation === "linear" ? dy : invoke(k.ACTIVATION_GRADIENT, { dy, y }, { activation });
}

/**
 * Rules of Camada's own kernels. A rule knows nothing of how a kernel is built, so it serves fused and composed forms
 * alike. A convolution's gradients are linear in both their inputs, and their adjoints are the other two passes.
 */
export const kernelRules: readonly tf.GradConfig[] = [
  rule<[x: tf.Tensor, weight: tf.Tensor, y: tf.Tensor], k.FusedConvolutionAttrs>(
    k.CONVOLUTION,
    { inputs: ["x", "weight"], outputs: [true] },
    (dy, [x, weight, y], { activation, ...geometry }) => {
      const dz = throughActivation(dy, y, activation);
      return {
        x: () => invoke(k.CONVOLUTION_INPUT_GRADIENT, { dy: dz, weight }, { ...geometry, inputShape: x.shape }),
        weight: () => invoke(k.CONVOLUTION_WEIGHT_GRADIENT, { x, dy: dz }, { ...geometry, weightShape: weight.shape }),
        bias: () => invoke(k.BIAS_GRADIENT, { dy: dz }),
      };
    },
  ),
  rule<[dy: tf.Tensor, weight: tf.Tensor], k.ConvolutionInputGradientAttrs>(
    k.CONVOLUTION_INPUT_GRADIENT,
    { inputs: ["dy", "weight"] },
    (g, [dy, weight], attrs) => {
      const { inputShape: _, ...geometry } = attrs;
      return {
        dy: () => invoke(k.CONVOLUTION, { x: g, weight }, { ...geometry, activation: "linear" }),
        weight: () => invoke(k.CONVOLUTION_WEIGHT_GRADIENT, { x: g, dy }, { ...geometry, weightShape: weight.shape }),
      };
    },
  ),
  rule<[x: tf.Tensor, dy: tf.Tensor], k.ConvolutionWeightGradientAttrs>(
    k.CONVOLUTION_WEIGHT_GRADIENT,
    { inputs: ["x", "dy"] },
    (g, [x, dy], attrs) => {
      const { weightShape: _, ...geometry } = attrs;
      return {
        x: () => invoke(k.CONVOLUTION_INPUT_GRADIENT, { dy, weight: g }, { ...geometry, inputShape: x.shape }),
        dy: () => invoke(k.CONVOLUTION, { x, weight: g }, { ...geometry, activation: "linear" }),
      };
    },
  ),
  rule<[tf.Tensor]>(k.POOL, { inputs: ["x"] }, (dy, [x], attrs) => ({
    x: () => invoke(k.POOL_GRADIENT, { dy, x }, attrs),
  })),
  rule<[x: tf.Tensor2D, weight: tf.Tensor2D, y: tf.Tensor], k.DenseAttrs>(
    k.DENSE,
    { inputs: ["x", "weight"], outputs: [true] },
    (dy, [x, weight, y], { activation }) => {
      const dz = throughActivation(dy, y, activation) as tf.Tensor2D;
      return {
        x: () => tf.matMul(dz, weight),
        weight: () => tf.matMul(dz, x, true, false),
        bias: () => tf.sum(dz, 0),
      };
    },
  ),
  // (probabilities - oneHot(labels)) dloss; nothing flows into the labels or out of the probabilities
  multiOutputRule<[labels: tf.Tensor, probabilities: tf.Tensor]>(
    k.SOFTMAX_CROSS_ENTROPY,
    { inputs: ["labels"], outputs: [false, true] },
    ([dLoss], [labels, probabilities]) => ({
      logits: () => {
        const target = tf.cast(tf.oneHot(labels, probabilities.shape[1]!), "float32");
        return tf.mul(tf.sub(probabilities, target), tf.expandDims(dLoss!, 1));
      },
      labels: () => zeroGradient(labels),
    }),
  ),
];

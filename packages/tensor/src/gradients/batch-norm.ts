import type * as tf from "@tensorflow/tfjs-core";
import { invokeAll } from "../invoke.ts";
import * as k from "../kernels.ts";
import { outliving } from "./outliving.ts";
import { type InputGradients, multiOutputRule, rule, zeroGradient } from "./rule.ts";

/** One call of the kernel gives all three gradients; tfjs asks for each apart, for those that it needs. */
function gradients(inputs: tf.NamedTensorMap, attrs: k.BatchNormGradientAttrs): InputGradients {
  const outlive = outliving();
  let sums: { readonly dGamma: tf.Tensor; readonly dBeta: tf.Tensor } | undefined;
  const compute = (): tf.Tensor => {
    const [dx, dGamma, dBeta] = invokeAll(k.BATCH_NORM_GRADIENT, inputs, attrs);
    sums = { dGamma: outlive(dGamma!), dBeta: outlive(dBeta!) };
    return dx!;
  };
  const computed = (): NonNullable<typeof sums> => {
    if (sums === undefined) compute().dispose();
    return sums!;
  };
  return { x: compute, gamma: () => computed().dGamma, beta: () => computed().dBeta };
}

export const batchNormRules: readonly tf.GradConfig[] = [
  // Nothing flows out of the statistics.
  multiOutputRule<[x: tf.Tensor, gamma: tf.Tensor, mean: tf.Tensor, variance: tf.Tensor], k.BatchNormAttrs>(
    k.BATCH_NORM,
    { inputs: ["x", "gamma"], outputs: [false, true, true] },
    ([dy], [x, gamma, mean, variance], attrs) =>
      gradients({ dy: dy!, x, mean, variance, gamma }, { ...attrs, isOfBatch: true }),
  ),
  rule<[x: tf.Tensor, gamma: tf.Tensor, mean: tf.Tensor, variance: tf.Tensor], k.BatchNormAttrs>(
    k.NORMALIZE,
    { inputs: ["x", "gamma", "mean", "variance"] },
    (dy, [x, gamma, mean, variance], attrs) => ({
      ...gradients({ dy, x, mean, variance, gamma }, { ...attrs, isOfBatch: false }),
      mean: () => zeroGradient(mean),
      variance: () => zeroGradient(variance),
    }),
  ),
];

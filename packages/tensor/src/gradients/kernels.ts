import type * as tf from "@tensorflow/tfjs-core";
import { invoke } from "../invoke.ts";
import * as k from "../kernels.ts";
import { affineRules } from "./affine.ts";
import { batchNormRules } from "./batch-norm.ts";
import { multiOutputRule, rule, zeroGradient } from "./rule.ts";

/** Rules of Camada's own kernels. A rule knows nothing of how a kernel is built, so it serves fused and composed forms. */
export const kernelRules: readonly tf.GradConfig[] = [
  ...affineRules,
  ...batchNormRules,
  rule<[tf.Tensor]>(k.POOL, { inputs: ["x"] }, (dy, [x], attrs) => ({
    x: () => invoke(k.POOL_GRADIENT, { dy, x }, attrs),
  })),
  // Nothing flows into the labels or out of the probabilities.
  multiOutputRule<[labels: tf.Tensor, probabilities: tf.Tensor]>(
    k.SOFTMAX_CROSS_ENTROPY,
    { inputs: ["labels"], outputs: [false, true] },
    ([dLoss], [labels, probabilities]) => ({
      logits: () => invoke(k.SOFTMAX_CROSS_ENTROPY_GRADIENT, { dLoss, labels, probabilities }),
      labels: () => zeroGradient(labels),
    }),
  ),
];

import * as tf from "@tensorflow/tfjs-core";
import { activationRules } from "./gradients/activations.ts";
import { arithmeticRules } from "./gradients/arithmetic.ts";
import { constantRules } from "./gradients/constants.ts";
import { convolutionRules } from "./gradients/convolution.ts";
import { depthwiseRules } from "./gradients/depthwise.ts";
import { imageRules } from "./gradients/images.ts";
import { indexingRules } from "./gradients/indexing.ts";
import { joiningRules } from "./gradients/joining.ts";
import { kernelRules } from "./gradients/kernels.ts";
import { poolingRules } from "./gradients/pooling.ts";
import { productRules } from "./gradients/products.ts";
import { reductionRules } from "./gradients/reductions.ts";
import { scanRules } from "./gradients/scans.ts";
import { shapeRules } from "./gradients/shape.ts";
import { slicingRules } from "./gradients/slicing.ts";
import { unaryRules } from "./gradients/unary.ts";

/**
 * The gradient rules of tfjs's standard kernels.
 *
 * tfjs has rules of its own, in files that plain Node cannot load. These are written anew from the mathematics. They
 * leave out complex numbers, for which tfjs's tape has no gradients, and `LogSoftmax`, whose operation brings its own.
 */
export const gradientRules: readonly tf.GradConfig[] = [
  ...arithmeticRules,
  ...unaryRules,
  ...activationRules,
  ...constantRules,
  ...reductionRules,
  ...scanRules,
  ...shapeRules,
  ...joiningRules,
  ...slicingRules,
  ...indexingRules,
  ...productRules,
  ...convolutionRules,
  ...depthwiseRules,
  ...poolingRules,
  ...imageRules,
];

/** Registers the rules of our kernels, and those that tfjs-core alone does not bring for its own, filling gaps only. */
export function registerGradients(): void {
  for (const rule of [...kernelRules, ...gradientRules]) {
    if (tf.getGradient(rule.kernelName) === undefined) tf.registerGradient(rule);
  }
}

/** {@link registerGradients}, once: for every recording. */
export function ensureGradients(): void {
  if (tf.getGradient(kernelRules[0]!.kernelName) === undefined) registerGradients();
}

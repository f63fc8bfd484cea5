import * as tf from "@tensorflow/tfjs-core";
import { activationGradientKernel } from "./activation-gradient.ts";
import { biasGradientKernel } from "./bias-gradient.ts";
import { convolutionKernels } from "./convolution.ts";
import { convolutionWeightGradientKernel } from "./convolution-weight-gradient.ts";
import { denseKernels } from "./dense.ts";
import { padKernel } from "./pad.ts";
import { softmaxCrossEntropyKernels } from "./softmax-cross-entropy.ts";
import { tanhKernel } from "./tanh.ts";
import { updateKernels } from "./update.ts";

const kernels = [
  activationGradientKernel,
  biasGradientKernel,
  ...convolutionKernels,
  convolutionWeightGradientKernel,
  ...denseKernels,
  padKernel,
  ...softmaxCrossEntropyKernels,
  tanhKernel,
  ...updateKernels,
];

/** Kernels of ours, some in the place of tfjs's. */
export function registerOwnKernels(backendName: string): void {
  for (const { kernelName, kernelFunc } of kernels) {
    if (tf.getKernel(kernelName, backendName) !== undefined) tf.unregisterKernel(kernelName, backendName);
    tf.registerKernel({ kernelName, backendName, kernelFunc });
  }
}

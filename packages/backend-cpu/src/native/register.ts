import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import type { Kernel } from "./kernel.ts";
import { convolutionKernels } from "./kernels/convolution.ts";
import { denseKernels } from "./kernels/dense.ts";
import { matrixProductKernels } from "./kernels/matrix-product.ts";
import { activationGradientKernels } from "./kernels/activation-gradient.ts";
import { batchNormKernels } from "./kernels/batch-norm.ts";
import { biasGradient } from "./kernels/bias-gradient.ts";
import { softmaxCrossEntropyKernels } from "./kernels/softmax-cross-entropy.ts";
import { updateKernels } from "./kernels/update.ts";
import { spatialKernels } from "./spatial/kernels.ts";
import { standardKernels } from "./standard-kernels.ts";

/** Kernels of ours, Camada's contract and tfjs's names. */
const KERNELS: readonly Kernel[] = [
  ...spatialKernels,
  ...convolutionKernels,
  ...denseKernels,
  ...matrixProductKernels,
  ...standardKernels,
  ...activationGradientKernels,
  biasGradient,
  ...batchNormKernels,
  ...softmaxCrossEntropyKernels,
  ...updateKernels,
];

/** Registers, for one tfjs backend name, our kernels, and tfjs's JavaScript kernels for what is left. */
export function registerKernels(backendName: string): void {
  const kernels = new Map<string, Omit<tf.KernelConfig, "backendName">>();
  for (const kernel of tf.getKernelsForBackend("cpu")) kernels.set(kernel.kernelName, kernel);
  // What tfjs sets up for a kernel stays set up: ours may leave a case to it.
  for (const kernel of KERNELS) kernels.set(kernel.kernelName, { ...kernels.get(kernel.kernelName), ...kernel });
  for (const kernel of kernels.values()) {
    // tfjs prints a warning when a name is taken, as it is after `tf.removeBackend`.
    if (tf.getKernel(kernel.kernelName, backendName) !== undefined) {
      tf.unregisterKernel(kernel.kernelName, backendName);
    }
    tf.registerKernel({ ...kernel, backendName });
  }
}

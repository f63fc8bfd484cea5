import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { activationGradient } from "./kernels/activation-gradient.ts";
import { biasGradient } from "./kernels/bias-gradient.ts";
import { convolution, convolutionInputGradient, convolutionWeightGradient } from "./kernels/convolution.ts";
import type { Kernel } from "./kernels/define.ts";
import { dense, denseInputGradient, denseWeightGradient } from "./kernels/dense.ts";
import { pool, poolGradient } from "./kernels/pool.ts";
import { sgdUpdate } from "./kernels/sgd-update.ts";
import { softmaxCrossEntropy, softmaxCrossEntropyGradient } from "./kernels/softmax-cross-entropy.ts";
import { clipByValue } from "./standard/clip-by-value.ts";
import { complex, imag, real } from "./standard/complex.ts";
import * as convolutions from "./standard/convolution.ts";
import { repaired, hostKernel } from "./standard/host.ts";
import { identity } from "./standard/identity.ts";
import { batchMatMul, fusedMatMul } from "./standard/matrix-product.ts";
import { paddedKernels } from "./standard/same-padding.ts";
import { slice } from "./standard/slice.ts";
import { unaryKernels } from "./standard/unary.ts";
import { unsortedSegmentSum } from "./standard/unsorted-segment-sum.ts";

/** Kernels of Camada's contract, in the layout NCHW. */
const CONTRACT: readonly Kernel[] = [
  activationGradient,
  biasGradient,
  convolution,
  convolutionInputGradient,
  convolutionWeightGradient,
  dense,
  denseInputGradient,
  denseWeightGradient,
  pool,
  poolGradient,
  sgdUpdate,
  softmaxCrossEntropy,
  softmaxCrossEntropyGradient,
];

/** tfjs's kernels that its WebAssembly lacks, or has in a slower or narrower form. */
const STANDARD: readonly Kernel[] = [
  batchMatMul,
  clipByValue,
  complex,
  convolutions.conv2d,
  convolutions.conv2dBackpropFilter,
  convolutions.conv2dBackpropInput,
  convolutions.depthwiseBackpropFilter,
  convolutions.depthwiseBackpropInput,
  fusedMatMul,
  identity,
  imag,
  ...paddedKernels,
  real,
  slice,
  ...unaryKernels,
  unsortedSegmentSum,
];

/** Registers, for one tfjs backend name, tfjs's WebAssembly kernels, ours, and JavaScript's for what is left. */
export function registerKernels(backendName: string): void {
  const kernels = new Map<string, Omit<tf.KernelConfig, "backendName">>();
  for (const { kernelName } of tf.getKernelsForBackend("cpu")) kernels.set(kernelName, hostKernel(kernelName));
  for (const kernel of tf.getKernelsForBackend("wasm")) kernels.set(kernel.kernelName, repaired(kernel));
  for (const kernel of [...STANDARD, ...CONTRACT]) {
    // What tfjs sets up for a kernel stays set up: ours may leave a case to it.
    kernels.set(kernel.kernelName, repaired({ ...kernels.get(kernel.kernelName), ...kernel }));
  }
  for (const kernel of kernels.values()) {
    // tfjs prints a warning when a name is taken, as it is after `tf.removeBackend`.
    if (tf.getKernel(kernel.kernelName, backendName) !== undefined) {
      tf.unregisterKernel(kernel.kernelName, backendName);
    }
    tf.registerKernel({ ...kernel, backendName });
  }
}

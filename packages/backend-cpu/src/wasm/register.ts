import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { activationGradient } from "./kernels/activation-gradient.ts";
import { biasGradient } from "./kernels/bias-gradient.ts";
import { convolution, convolutionInputGradient, convolutionWeightGradient } from "./kernels/convolution.ts";
import type { Kernel } from "./kernels/define.ts";
import { dense } from "./kernels/dense.ts";
import { pool, poolGradient } from "./kernels/pool.ts";
import { sgdUpdate } from "./kernels/sgd-update.ts";
import { softmaxCrossEntropy } from "./kernels/softmax-cross-entropy.ts";
import { complex, imag, real } from "./standard/complex.ts";
import * as convolutions from "./standard/convolution.ts";
import { complexOnHost, hostKernel } from "./standard/host.ts";
import { batchMatMul, fusedMatMul } from "./standard/matrix-product.ts";
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
  pool,
  poolGradient,
  sgdUpdate,
  softmaxCrossEntropy,
];

/** tfjs's kernels that its WebAssembly lacks, or has in a slower or narrower form. */
const STANDARD: readonly Kernel[] = [
  batchMatMul,
  complex,
  convolutions.conv2d,
  convolutions.conv2dBackpropFilter,
  convolutions.conv2dBackpropInput,
  convolutions.depthwiseBackpropFilter,
  convolutions.depthwiseBackpropInput,
  convolutions.fusedConv2d,
  fusedMatMul,
  imag,
  real,
  ...unaryKernels,
  unsortedSegmentSum,
];

/** Identity and Reshape share their input's data, whatever its type. */
const ANY_TYPE: readonly string[] = [tf.Identity, tf.Reshape];

/** Registers, for one tfjs backend name, tfjs's WebAssembly kernels, ours, and JavaScript's for what is left. */
export function registerKernels(backendName: string): void {
  const kernels = new Map<string, Omit<tf.KernelConfig, "backendName">>();
  for (const { kernelName } of tf.getKernelsForBackend("cpu")) kernels.set(kernelName, hostKernel(kernelName));
  for (const kernel of tf.getKernelsForBackend("wasm")) {
    kernels.set(kernel.kernelName, ANY_TYPE.includes(kernel.kernelName) ? kernel : complexOnHost(kernel));
  }
  for (const kernel of [...STANDARD, ...CONTRACT]) kernels.set(kernel.kernelName, kernel);
  for (const kernel of kernels.values()) tf.registerKernel({ ...kernel, backendName });
}

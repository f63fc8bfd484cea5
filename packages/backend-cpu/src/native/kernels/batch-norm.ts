import {
  BATCH_NORM,
  BATCH_NORM_GRADIENT,
  NORMALIZE,
  type BatchNormAttrs,
  type BatchNormGradientAttrs,
  type BatchNormGradientInputs,
  type BatchNormInputs,
  type NormalizeInputs,
} from "@camada/tensor";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { defineKernel, type Kernel } from "../kernel.ts";
import { product } from "../shape.ts";

/** Sizes of the axes before, at and after that of the channels, then epsilon. */
function fieldsOf({ shape }: TensorInfo, { axis, epsilon }: BatchNormAttrs): number[] {
  return [product(shape.slice(0, axis)), shape[axis]!, product(shape.slice(axis + 1)), epsilon];
}

const batchNorm = defineKernel(BATCH_NORM, (backend, { x, gamma, beta }: BatchNormInputs, attrs: BatchNormAttrs) => {
  const inputs = [x, gamma, beta].map((tensor) => backend.address(tensor));
  const outputs = [backend.output(x.shape), backend.output(gamma.shape), backend.output(gamma.shape)];
  const tensors = [...inputs, ...outputs.map((output) => backend.address(output))];
  backend.library.run("camada_batch_norm", fieldsOf(x, attrs), ...tensors);
  return outputs;
});

const normalize = defineKernel(NORMALIZE, (backend, inputs: NormalizeInputs, attrs: BatchNormAttrs) => {
  const { x, mean, variance, beta, gamma } = inputs;
  const tensors = [x, mean, variance, beta, gamma].map((tensor) => backend.address(tensor));
  const y = backend.output(x.shape);
  backend.library.run("camada_normalize", fieldsOf(x, attrs), ...tensors, backend.address(y));
  return y;
});

const gradient = defineKernel(
  BATCH_NORM_GRADIENT,
  (backend, { dy, x, mean, variance, gamma }: BatchNormGradientInputs, attrs: BatchNormGradientAttrs) => {
    const inputs = [dy, x, mean, variance, gamma].map((tensor) => backend.address(tensor));
    const outputs = [backend.output(x.shape), backend.output(gamma.shape), backend.output(gamma.shape)];
    const tensors = [...inputs, ...outputs.map((output) => backend.address(output))];
    backend.library.run("camada_batch_norm_gradient", [...fieldsOf(x, attrs), Number(attrs.isOfBatch)], ...tensors);
    return outputs;
  },
);

export const batchNormKernels: readonly Kernel[] = [batchNorm, normalize, gradient];

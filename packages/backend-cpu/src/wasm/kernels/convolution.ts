import {
  CONVOLUTION,
  CONVOLUTION_INPUT_GRADIENT,
  CONVOLUTION_WEIGHT_GRADIENT,
  type ConvolutionInputGradientAttrs,
  type ConvolutionInputGradientInputs,
  type ConvolutionInputs,
  type ConvolutionWeightGradientAttrs,
  type ConvolutionWeightGradientInputs,
  type FusedConvolutionAttrs,
} from "@camada/tensor";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { ACTIVATION_CODES } from "../activation.ts";
import { convolve, convolveInputGradient, convolveWeightGradient } from "../convolution.ts";
import { convolutionShape, planConvolution, product } from "../geometry.ts";
import type { HeapBackend } from "../heap-backend.ts";
import { beforeActivation } from "./activation-gradient.ts";
import { sumChannels } from "./bias-gradient.ts";
import { defineKernel } from "./define.ts";

export const convolution = defineKernel(
  CONVOLUTION,
  (backend, { x, weight, bias }: ConvolutionInputs, attrs: FusedConvolutionAttrs) => {
    const shape = convolutionShape(x.shape, weight.shape, attrs);
    const y = backend.output(shape);
    if (product(shape) === 0) return y;
    const plan = planConvolution(x.shape, weight.shape, shape, attrs);
    const shifts = bias === undefined ? undefined : backend.floats(backend.address(bias), plan.cOut).slice();
    const code = ACTIVATION_CODES[attrs.activation];
    convolve(backend, plan, backend.address(x), backend.address(weight), shifts, code, backend.address(y));
    return y;
  },
);

export const convolutionInputGradient = defineKernel(
  CONVOLUTION_INPUT_GRADIENT,
  (backend, inputs: ConvolutionInputGradientInputs, attrs: ConvolutionInputGradientAttrs) => {
    const { weight } = inputs;
    return beforeActivation(backend, inputs, attrs.activation, (dz) => {
      const dx = backend.output(attrs.inputShape);
      const address = backend.address(dx);
      backend.floats(address, product(attrs.inputShape)).fill(0);
      if (product(dz.shape) === 0) return dx;
      const plan = planConvolution(attrs.inputShape, weight.shape, dz.shape, attrs);
      convolveInputGradient(backend, plan, backend.address(dz), backend.address(weight), address);
      return dx;
    });
  },
);

export const convolutionWeightGradient = defineKernel(
  CONVOLUTION_WEIGHT_GRADIENT,
  (backend, inputs: ConvolutionWeightGradientInputs, attrs: ConvolutionWeightGradientAttrs) =>
    beforeActivation(backend, inputs, attrs.activation, (dz) => {
      const dw = weightGradient(backend, inputs.x, dz, attrs);
      return attrs.withBias ? [dw, sumChannels(backend, dz)] : [dw];
    }),
);

function weightGradient(
  backend: HeapBackend,
  x: TensorInfo,
  dz: TensorInfo,
  attrs: ConvolutionWeightGradientAttrs,
): TensorInfo {
  const dw = backend.output(attrs.weightShape);
  const address = backend.address(dw);
  if (product(dz.shape) === 0) {
    backend.floats(address, product(attrs.weightShape)).fill(0);
    return dw;
  }
  const plan = planConvolution(x.shape, attrs.weightShape, dz.shape, attrs);
  convolveWeightGradient(backend, plan, backend.address(x), backend.address(dz), address);
  return dw;
}

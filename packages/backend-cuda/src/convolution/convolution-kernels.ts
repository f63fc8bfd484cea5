import {
  CONVOLUTION,
  CONVOLUTION_INPUT_GRADIENT,
  CONVOLUTION_WEIGHT_GRADIENT,
  type ConvolutionAttrs,
  type ConvolutionInputGradientAttrs,
  type ConvolutionInputGradientInputs,
  type ConvolutionInputs,
  type ConvolutionWeightGradientAttrs,
  type ConvolutionWeightGradientInputs,
  type FusedConvolutionAttrs,
} from "@camada/tensor";
import { defineKernel, type Kernel } from "../kernel.ts";
import { ACTIVATION_CODES } from "../matrix/activations.ts";
import { geometryOf } from "./geometry.ts";
import { convolve, inputGradient, weightGradient } from "./pass.ts";

/** `[n, cOut, ...output]` */
function convolutionShape(x: readonly number[], weight: readonly number[], attrs: ConvolutionAttrs): number[] {
  const output = x.slice(2).map((size, axis) => {
    const reach = (weight[axis + 2]! - 1) * attrs.dilations[axis]! + 1;
    const padded = size + attrs.padBegin[axis]! + attrs.padEnd[axis]!;
    return Math.max(Math.floor((padded - reach) / attrs.strides[axis]!) + 1, 0);
  });
  return [x[0]!, weight[0]!, ...output];
}

const forwardKernel = defineKernel(
  CONVOLUTION,
  (backend, { x, weight, bias }: ConvolutionInputs, attrs: FusedConvolutionAttrs) => {
    for (const tensor of [x, weight]) backend.address(tensor);
    const y = backend.output(convolutionShape(x.shape, weight.shape, attrs));
    const geometry = geometryOf(x.shape, weight.shape, y.shape, attrs);
    const activation = ACTIVATION_CODES[attrs.activation];
    convolve({ backend, kernel: CONVOLUTION, geometry }, x, weight, y, { bias, activation, alpha: 0 });
    return y;
  },
);

const inputGradientKernel = defineKernel(
  CONVOLUTION_INPUT_GRADIENT,
  (backend, { dy, weight, y }: ConvolutionInputGradientInputs, attrs: ConvolutionInputGradientAttrs) => {
    for (const tensor of [dy, weight]) backend.address(tensor);
    const dx = backend.output(attrs.inputShape);
    const geometry = geometryOf(attrs.inputShape, weight.shape, dy.shape, attrs);
    const gradient = { dy, y, activation: ACTIVATION_CODES[attrs.activation] };
    inputGradient({ backend, kernel: CONVOLUTION_INPUT_GRADIENT, geometry }, gradient, weight, dx);
    return dx;
  },
);

const weightGradientKernel = defineKernel(
  CONVOLUTION_WEIGHT_GRADIENT,
  (backend, { x, dy, y }: ConvolutionWeightGradientInputs, attrs: ConvolutionWeightGradientAttrs) => {
    const { weightShape, withBias } = attrs;
    for (const tensor of [x, dy]) backend.address(tensor);
    const dw = backend.output(weightShape);
    const db = withBias ? backend.output(weightShape.slice(0, 1)) : undefined;
    const geometry = geometryOf(x.shape, weightShape, dy.shape, attrs);
    const gradient = { dy, y, activation: ACTIVATION_CODES[attrs.activation] };
    weightGradient({ backend, kernel: CONVOLUTION_WEIGHT_GRADIENT, geometry }, x, gradient, dw, db);
    return db === undefined ? [dw] : [dw, db];
  },
);

/** Camada's convolutions and their gradients, channels first. */
export const convolutionKernels: readonly Kernel[] = [forwardKernel, inputGradientKernel, weightGradientKernel];

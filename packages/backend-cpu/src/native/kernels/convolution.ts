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
import { ACTIVATION_CODES } from "../../wasm/activation.ts";
import { convolutionShape } from "../../wasm/geometry.ts";
import { convolutionFields } from "../geometry.ts";
import { defineKernel, type Kernel } from "../kernel.ts";
import { convolutionKernels as nativeNames, isDepthwise } from "../spatial/depthwise.ts";

type Pass = keyof ReturnType<typeof nativeNames>;

/** The native kernel of a pass: depthwise convolutions have their own. */
function nameOf(pass: Pass, attrs: ConvolutionAttrs, weight: readonly number[], x: readonly number[]): string {
  return nativeNames(isDepthwise(attrs, weight, x[1] ?? 0))[pass];
}

const convolution = defineKernel(
  CONVOLUTION,
  (backend, { x, weight, bias }: ConvolutionInputs, attrs: FusedConvolutionAttrs) => {
    const shape = convolutionShape(x.shape, weight.shape, attrs);
    const y = backend.output(shape);
    const code = ACTIVATION_CODES[attrs.activation];
    const fields = convolutionFields(x.shape, weight.shape, shape, attrs, code, backend.arithmetic);
    const inputs = [x, weight, bias].map((tensor) => backend.addressOf(tensor));
    backend.library.run(nameOf("forward", attrs, weight.shape, x.shape), fields, ...inputs, backend.address(y));
    return y;
  },
);

const inputGradient = defineKernel(
  CONVOLUTION_INPUT_GRADIENT,
  (backend, { dy, weight, y }: ConvolutionInputGradientInputs, attrs: ConvolutionInputGradientAttrs) => {
    const dx = backend.output(attrs.inputShape);
    const code = ACTIVATION_CODES[attrs.activation];
    const fields = convolutionFields(attrs.inputShape, weight.shape, dy.shape, attrs, code, backend.arithmetic);
    const inputs = [dy, y, weight].map((tensor) => backend.addressOf(tensor));
    backend.library.run(
      nameOf("inputGradient", attrs, weight.shape, attrs.inputShape),
      fields,
      ...inputs,
      backend.address(dx),
    );
    return dx;
  },
);

const weightGradient = defineKernel(
  CONVOLUTION_WEIGHT_GRADIENT,
  (backend, { x, dy, y }: ConvolutionWeightGradientInputs, attrs: ConvolutionWeightGradientAttrs) => {
    const { weightShape, withBias } = attrs;
    const outputs = [backend.output(weightShape), ...(withBias ? [backend.output(weightShape.slice(0, 1))] : [])];
    const code = ACTIVATION_CODES[attrs.activation];
    const fields = convolutionFields(x.shape, weightShape, dy.shape, attrs, code, backend.arithmetic);
    const tensors = [x, dy, y, outputs[0], outputs[1]].map((tensor) => backend.addressOf(tensor));
    backend.library.run(nameOf("weightGradient", attrs, weightShape, x.shape), fields, ...tensors);
    return outputs;
  },
);

export const convolutionKernels: readonly Kernel[] = [convolution, inputGradient, weightGradient];

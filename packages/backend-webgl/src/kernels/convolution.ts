import {
  CONVOLUTION,
  CONVOLUTION_INPUT_GRADIENT,
  type ConvolutionInputGradientAttrs,
  type FusedConvolutionAttrs,
} from "@camada/tensor";
import type { KernelFunc, TensorInfo } from "@tensorflow/tfjs-core";
import type { WebglBackend } from "../webgl-backend.ts";
import { backwardWalk, forwardWalk, outputExtents } from "./convolution-geometry.ts";
import { correlation } from "./correlation.ts";

const convolution: KernelFunc = ({ inputs, attrs, backend }) => {
  const { x, weight, bias } = inputs as { x: TensorInfo; weight: TensorInfo; bias?: TensorInfo };
  const { activation, ...geometry } = attrs as unknown as FusedConvolutionAttrs;
  const shape = [x.shape[0]!, ...outputExtents(x.shape, weight.shape, geometry), weight.shape[0]!];
  const walk = forwardWalk(x.shape, weight.shape, shape, geometry);
  return correlation(backend as WebglBackend, { walk, x, weight, isTurned: false, bias, activation, shape });
};

const inputGradient: KernelFunc = ({ inputs, attrs, backend }) => {
  const { dy, weight, y } = inputs as { dy: TensorInfo; weight: TensorInfo; y?: TensorInfo };
  const { activation, inputShape, ...geometry } = attrs as unknown as ConvolutionInputGradientAttrs;
  const walk = backwardWalk(forwardWalk(inputShape, weight.shape, dy.shape, geometry));
  const slope = { activation, y };
  return correlation(backend as WebglBackend, { walk, x: dy, slope, weight, isTurned: true, shape: inputShape });
};

export const convolutionKernels = [
  { kernelName: CONVOLUTION, kernelFunc: convolution },
  { kernelName: CONVOLUTION_INPUT_GRADIENT, kernelFunc: inputGradient },
];

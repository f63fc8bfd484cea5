import {
  DENSE,
  DENSE_INPUT_GRADIENT,
  DENSE_WEIGHT_GRADIENT,
  type DenseAttrs,
  type DenseWeightGradientAttrs,
} from "@camada/tensor";
import type { KernelFunc, TensorInfo } from "@tensorflow/tfjs-core";
import type { WebglBackend } from "../webgl-backend.ts";
import { withPreActivation } from "./activation-gradient.ts";
import { biasGradient } from "./bias-gradient.ts";
import { product } from "./product.ts";

interface Gradients {
  readonly dy: TensorInfo;
  readonly y?: TensorInfo;
}

const dense: KernelFunc = ({ inputs, attrs, backend }) => {
  const { x, weight, bias } = inputs as { x: TensorInfo; weight: TensorInfo; bias?: TensorInfo };
  const { activation } = attrs as unknown as DenseAttrs;
  return product(backend as WebglBackend, { transposed: "second", a: x, b: weight, bias, activation });
};

const inputGradient: KernelFunc = ({ inputs, attrs, backend: any }) => {
  const backend = any as WebglBackend;
  const { weight, ...gradients } = inputs as unknown as Gradients & { weight: TensorInfo };
  const { activation } = attrs as unknown as DenseAttrs;
  return withPreActivation(backend, gradients, activation, (a) =>
    product(backend, { transposed: "none", a, b: weight }),
  );
};

const weightGradient: KernelFunc = ({ inputs, attrs, backend: any }) => {
  const backend = any as WebglBackend;
  const { x, ...gradients } = inputs as unknown as Gradients & { x: TensorInfo };
  const { activation, withBias } = attrs as unknown as DenseWeightGradientAttrs;
  return withPreActivation(backend, gradients, activation, (a) => {
    const dWeight = product(backend, { transposed: "first", a, b: x });
    return withBias ? [dWeight, biasGradient(backend, a)] : [dWeight];
  });
};

export const denseKernels = [
  { kernelName: DENSE, kernelFunc: dense },
  { kernelName: DENSE_INPUT_GRADIENT, kernelFunc: inputGradient },
  { kernelName: DENSE_WEIGHT_GRADIENT, kernelFunc: weightGradient },
];

import { Sigmoid, Softplus, Tanh, type UnaryInputs } from "@tensorflow/tfjs-core";
import type { Activation } from "@camada/tensor";
import { ACTIVATION_CODES, NO_BIAS } from "../activation.ts";
import { product } from "../geometry.ts";
import { defineKernel, type Kernel, type Present } from "../kernels/define.ts";
import { stockKernel } from "./stock.ts";

function unary(kernelName: string, activation: Activation): Kernel {
  const code = ACTIVATION_CODES[activation];
  return defineKernel(kernelName, (backend, { x }: Present<UnaryInputs>) => {
    if (x.dtype !== "float32") return stockKernel(kernelName)({ inputs: { x }, backend });
    const y = backend.output(x.shape);
    backend.kernels.activate(backend.address(x), backend.address(y), product(x.shape), NO_BIAS, code);
    return y;
  });
}

/** tfjs's kernels for these call the C library once for each element. */
export const unaryKernels: readonly Kernel[] = [
  unary(Sigmoid, "sigmoid"),
  unary(Softplus, "softrelu"),
  unary(Tanh, "tanh"),
];

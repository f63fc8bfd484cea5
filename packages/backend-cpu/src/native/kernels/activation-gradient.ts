import { ACTIVATION_GRADIENT, type ActivationGradientAttrs, type ActivationGradientInputs } from "@camada/tensor";
import { EluGrad, type EluGradInputs, type TensorInfo } from "@tensorflow/tfjs-core";
import { ACTIVATION_CODES } from "../../wasm/activation.ts";
import { areOf } from "../element-type.ts";
import { defineKernel, scriptKernel, type Kernel, type Present } from "../kernel.ts";
import type { NativeBackend } from "../native-backend.ts";
import { product } from "../shape.ts";

/** One more than Camada's own, in `native/src/activation-gradient.cc`. */
const ELU = 6;

const activationGradient = defineKernel(
  ACTIVATION_GRADIENT,
  (backend, { dy, y }: ActivationGradientInputs, { activation }: ActivationGradientAttrs) =>
    differentiate(backend, ACTIVATION_CODES[activation], dy, y),
);

const eluGradient = defineKernel(EluGrad, (backend, { dy, y }: Present<EluGradInputs>) => {
  if (!areOf(["float32"], dy, y)) return scriptKernel(EluGrad)({ inputs: { dy, y }, backend });
  return differentiate(backend, ELU, dy, y);
});

/** Gradients of activations, through the activated value. */
export const activationGradientKernels: readonly Kernel[] = [activationGradient, eluGradient];

function differentiate(backend: NativeBackend, code: number, dy: TensorInfo, y: TensorInfo): TensorInfo {
  const tensors = [backend.address(dy), backend.address(y)];
  const dx = backend.output(y.shape);
  backend.library.run("camada_activation_gradient", [code, product(y.shape)], ...tensors, backend.address(dx));
  return dx;
}

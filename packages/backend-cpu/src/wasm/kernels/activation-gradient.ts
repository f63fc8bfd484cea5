import { ACTIVATION_GRADIENT, type ActivationGradientAttrs, type ActivationGradientInputs } from "@camada/tensor";
import { ACTIVATION_CODES } from "../activation.ts";
import { product } from "../geometry.ts";
import { defineKernel } from "./define.ts";

export const activationGradient = defineKernel(
  ACTIVATION_GRADIENT,
  (backend, { dy, y }: ActivationGradientInputs, { activation }: ActivationGradientAttrs) => {
    const dx = backend.output(y.shape);
    const code = ACTIVATION_CODES[activation];
    const count = product(y.shape);
    backend.kernels.activationGradient(backend.address(dy), backend.address(y), backend.address(dx), count, code);
    return dx;
  },
);

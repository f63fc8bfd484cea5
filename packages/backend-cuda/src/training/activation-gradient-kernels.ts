import { ACTIVATION_GRADIENT, type ActivationGradientAttrs, type ActivationGradientInputs } from "@camada/tensor";
import { defineKernel, type Kernel } from "../kernel.ts";
import { elementLaunch, sizeOf } from "../kernels/elements.ts";
import { ACTIVATION_CODES } from "../matrix/activations.ts";

const activationGradient = defineKernel(
  ACTIVATION_GRADIENT,
  (backend, { dy, y }: ActivationGradientInputs, { activation }: ActivationGradientAttrs) => {
    const [gradient, value] = [backend.address(dy), backend.address(y)];
    const dz = backend.output(dy.shape);
    const count = sizeOf(dy);
    if (count === 0) return dz;
    const args = backend.arguments().address(gradient).address(value).address(backend.address(dz)).int64(count);
    const defines = { KIND: ACTIVATION_CODES[activation] };
    const place = { file: "activation-gradient.cu", name: "activation_gradient", defines };
    backend.launch(place, elementLaunch(count), args);
    return dz;
  },
);

/** Gradients of activations that nothing was fused with. */
export const activationGradientKernels: readonly Kernel[] = [activationGradient];

import { ACTIVATION_GRADIENT, type ActivationGradientAttrs, type ActivationGradientInputs } from "@camada/tensor";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { CudaBackend } from "../cuda-backend.ts";
import { defineKernel, type Kernel } from "../kernel.ts";
import { elementLaunch, sizeOf } from "../kernels/elements.ts";
import { ACTIVATION_CODES } from "../matrix/activations.ts";

/**
 * `dy` times the derivative of an activation, told from its result.
 * @param code of the activation.
 */
export function undoActivation(backend: CudaBackend, dy: TensorInfo, y: TensorInfo, code: number): TensorInfo {
  const [gradient, value] = [backend.address(dy), backend.address(y)];
  const dz = backend.output(dy.shape);
  const count = sizeOf(dy);
  if (count === 0) return dz;
  const args = backend.arguments().address(gradient).address(value).address(backend.address(dz)).int64(count);
  const place = { file: "activation-gradient.cu", name: "activation_gradient", defines: { KIND: code } };
  backend.launch(place, elementLaunch(count), args);
  return dz;
}

const activationGradient = defineKernel(
  ACTIVATION_GRADIENT,
  (backend, { dy, y }: ActivationGradientInputs, { activation }: ActivationGradientAttrs) =>
    undoActivation(backend, dy, y, ACTIVATION_CODES[activation]),
);

/** Gradients of activations that nothing was fused with. */
export const activationGradientKernels: readonly Kernel[] = [activationGradient];

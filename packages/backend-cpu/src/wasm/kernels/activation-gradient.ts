import {
  ACTIVATION_GRADIENT,
  type Activation,
  type ActivationGradientAttrs,
  type ActivationGradientInputs,
} from "@camada/tensor";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { ACTIVATION_CODES } from "../activation.ts";
import { product } from "../geometry.ts";
import type { HeapBackend } from "../heap-backend.ts";
import { defineKernel } from "./define.ts";

export const activationGradient = defineKernel(
  ACTIVATION_GRADIENT,
  (backend, { dy, y }: ActivationGradientInputs, { activation }: ActivationGradientAttrs) =>
    differentiate(backend, dy, y, activation),
);

/** Runs `work` on the gradient before a fused activation: `dy` itself, or a tensor that is freed afterwards. */
export function beforeActivation<Result>(
  backend: HeapBackend,
  { dy, y }: { readonly dy: TensorInfo; readonly y?: TensorInfo },
  activation: Activation,
  work: (dz: TensorInfo) => Result,
): Result {
  if (activation === "linear" || y === undefined) return work(dy);
  const dz = differentiate(backend, dy, y, activation);
  try {
    return work(dz);
  } finally {
    backend.disposeData(dz.dataId);
  }
}

function differentiate(backend: HeapBackend, dy: TensorInfo, y: TensorInfo, activation: Activation): TensorInfo {
  const dz = backend.output(y.shape);
  const code = ACTIVATION_CODES[activation];
  const count = product(y.shape);
  backend.kernels.activationGradient(backend.address(dy), backend.address(y), backend.address(dz), count, code);
  return dz;
}

import { BIAS_GRADIENT, type BiasGradientInputs } from "@camada/tensor";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { product } from "../geometry.ts";
import type { HeapBackend } from "../heap-backend.ts";
import { defineKernel } from "./define.ts";

export const biasGradient = defineKernel(BIAS_GRADIENT, (backend, { dy }: BiasGradientInputs) =>
  sumChannels(backend, dy),
);

/** Sums `[n, channels, ...output]` over every axis but channels. */
export function sumChannels(backend: HeapBackend, dy: TensorInfo): TensorInfo {
  const [n = 0, channels = 0, ...output] = dy.shape;
  const sums = backend.output([channels]);
  backend.kernels.sumChannels(backend.address(dy), n, channels, product(output), backend.address(sums));
  return sums;
}

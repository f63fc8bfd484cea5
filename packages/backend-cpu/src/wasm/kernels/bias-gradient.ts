import { BIAS_GRADIENT, type BiasGradientInputs } from "@camada/tensor";
import { product } from "../geometry.ts";
import { defineKernel } from "./define.ts";

export const biasGradient = defineKernel(BIAS_GRADIENT, (backend, { dy }: BiasGradientInputs) => {
  const [n = 0, channels = 0, ...output] = dy.shape;
  const sums = backend.output([channels]);
  backend.kernels.sumChannels(backend.address(dy), n, channels, product(output), backend.address(sums));
  return sums;
});

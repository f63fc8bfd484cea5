import { BIAS_GRADIENT, type BiasGradientInputs } from "@camada/tensor";
import { TYPE_CODES } from "../element-type.ts";
import { defineKernel } from "../kernel.ts";
import { product } from "../shape.ts";
import { REDUCTIONS } from "../standard/reduce.ts";

export const biasGradient = defineKernel(BIAS_GRADIENT, (backend, { dy }: BiasGradientInputs) => {
  const [n = 0, channels = 0, ...output] = dy.shape;
  const from = backend.address(dy);
  const sums = backend.output([channels]);
  const fields = [REDUCTIONS.sum, TYPE_CODES.float32, 3, n, channels, product(output), 1, 0, 1];
  backend.library.run("camada_reduce", fields, from, backend.address(sums));
  return sums;
});

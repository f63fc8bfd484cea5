import { SGD_UPDATE, sgdParameters, type SgdUpdateAttrs, type UpdateInputs } from "@camada/tensor";
import { product } from "../geometry.ts";
import { defineKernel } from "./define.ts";

/** The scalars are rounded to float32 as MXNet rounds them, so that the result is that of its rule bit for bit. */
export const sgdUpdate = defineKernel(SGD_UPDATE, (backend, inputs: UpdateInputs, attrs: SgdUpdateAttrs) => {
  const { fround } = Math;
  const clips = attrs.clip > 0;
  const rescale = clips ? attrs.rescale : 1;
  for (const [i, { weight, gradient, momentum }] of sgdParameters(inputs, attrs.count).entries()) {
    const learningRate = fround(attrs.learningRates[i]!);
    const decay = fround(learningRate * fround(attrs.wds[i]!));
    // MXNet multiplies the two factors first, unless the clipping stands between them.
    const rate = clips ? learningRate : fround(learningRate * fround(attrs.rescale));
    const w = backend.address(weight);
    const g = backend.address(gradient);
    const count = product(weight.shape);
    if (momentum === undefined) {
      backend.kernels.sgd(w, g, count, rate, 1 - decay, rescale, attrs.clip);
    } else {
      const m = backend.address(momentum);
      backend.kernels.sgdMomentum(w, g, m, count, rate, attrs.momentum, decay, rescale, attrs.clip);
    }
  }
  return [];
});

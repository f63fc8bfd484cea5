import { SGD_UPDATE, type SgdUpdateAttrs, type SgdUpdateInputs } from "@camada/tensor";
import { product } from "../geometry.ts";
import { defineKernel } from "./define.ts";

/** The scalars are rounded to float32 as MXNet rounds them, so that the result is that of its rule bit for bit. */
export const sgdUpdate = defineKernel(SGD_UPDATE, (backend, inputs: SgdUpdateInputs, attrs: SgdUpdateAttrs) => {
  const { fround } = Math;
  const learningRate = fround(attrs.learningRate);
  const decay = fround(learningRate * fround(attrs.wd));
  const clips = attrs.clip > 0;
  // MXNet multiplies the two factors first, unless the clipping stands between them.
  const rate = clips ? learningRate : fround(learningRate * fround(attrs.rescale));
  const rescale = clips ? attrs.rescale : 1;
  const w = backend.address(inputs.weight);
  const g = backend.address(inputs.gradient);
  const count = product(inputs.weight.shape);
  if (inputs.momentum === undefined) {
    backend.kernels.sgd(w, g, count, rate, 1 - decay, rescale, attrs.clip);
  } else {
    const m = backend.address(inputs.momentum);
    backend.kernels.sgdMomentum(w, g, m, count, rate, attrs.momentum, decay, rescale, attrs.clip);
  }
  return [];
});

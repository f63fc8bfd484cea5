import { SGD_UPDATE, type SgdUpdateAttrs, type SgdUpdateInputs } from "@camada/tensor";
import { product } from "../geometry.ts";
import { defineKernel } from "./define.ts";

export const sgdUpdate = defineKernel<SgdUpdateInputs, SgdUpdateAttrs>(SGD_UPDATE, (backend, inputs, attrs) => {
  const { learningRate, wd, rescale, clip } = attrs;
  const w = backend.address(inputs.weight);
  const g = backend.address(inputs.gradient);
  const count = product(inputs.weight.shape);
  if (inputs.momentum === undefined) {
    backend.kernels.sgd(w, g, count, learningRate, 1 - learningRate * wd, rescale, clip);
  } else {
    const m = backend.address(inputs.momentum);
    backend.kernels.sgdMomentum(w, g, m, count, learningRate, attrs.momentum, learningRate * wd, rescale, clip);
  }
  return [];
});

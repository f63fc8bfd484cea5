import {
  ADAM_UPDATE,
  adamParameters,
  SGD_UPDATE,
  sgdParameters,
  type AdamUpdateAttrs,
  type SgdUpdateAttrs,
  type UpdateInputs,
} from "@camada/tensor";
import { defineKernel, type Kernel } from "../kernel.ts";
import { product } from "../shape.ts";

const sgdUpdate = defineKernel(SGD_UPDATE, (backend, inputs: UpdateInputs, attrs: SgdUpdateAttrs) => {
  const { count, rescale, clip, momentum: inertia, learningRates, wds } = attrs;
  const parameters = sgdParameters(inputs, count).flatMap(({ weight, gradient, momentum }, i) => [
    ...[product(weight.shape), learningRates[i] ?? 0, wds[i] ?? 0],
    ...[weight, gradient, momentum].map((tensor) => backend.addressOf(tensor)),
  ]);
  backend.library.run("camada_sgd_update", [count, rescale, clip, inertia, ...parameters]);
  return [];
});

const adamUpdate = defineKernel(ADAM_UPDATE, (backend, inputs: UpdateInputs, attrs: AdamUpdateAttrs) => {
  const { count, rescale, clip, beta1, beta2, epsilon, learningRates, wds } = attrs;
  const parameters = adamParameters(inputs, count).flatMap(({ weight, gradient, mean, variance }, i) => [
    ...[product(weight.shape), learningRates[i] ?? 0, wds[i] ?? 0],
    ...[weight, gradient, mean, variance].map((tensor) => backend.address(tensor)),
  ]);
  backend.library.run("camada_adam_update", [count, rescale, clip, beta1, beta2, epsilon, ...parameters]);
  return [];
});

/** Whole steps of optimizers, in place. */
export const updateKernels: readonly Kernel[] = [sgdUpdate, adamUpdate];

import {
  DENSE,
  DENSE_INPUT_GRADIENT,
  DENSE_WEIGHT_GRADIENT,
  type DenseAttrs,
  type DenseInputGradientInputs,
  type DenseInputs,
  type DenseWeightGradientAttrs,
  type DenseWeightGradientInputs,
} from "@camada/tensor";
import { ACTIVATION_CODES } from "../activation.ts";
import { matrixProduct } from "../matrix-product.ts";
import { beforeActivation } from "./activation-gradient.ts";
import { sumChannels } from "./bias-gradient.ts";
import { defineKernel } from "./define.ts";

export const dense = defineKernel(DENSE, (backend, { x, weight, bias }: DenseInputs, { activation }: DenseAttrs) => {
  const [n = 0, inUnits = 0] = x.shape;
  const [units = 0] = weight.shape;
  const y = backend.output([n, units]);
  const a = { address: backend.address(x), row: inUnits, column: 1 };
  const b = { address: backend.address(weight), row: 1, column: inUnits };
  const finish = {
    activation: ACTIVATION_CODES[activation],
    ...(bias !== undefined && { bias: backend.address(bias) }),
  };
  matrixProduct(backend, a, b, backend.address(y), n, units, inUnits, finish);
  return y;
});

export const denseInputGradient = defineKernel(
  DENSE_INPUT_GRADIENT,
  (backend, inputs: DenseInputGradientInputs, { activation }: DenseAttrs) =>
    beforeActivation(backend, inputs, activation, (dz) => {
      const [n = 0, units = 0] = dz.shape;
      const [, inUnits = 0] = inputs.weight.shape;
      const dx = backend.output([n, inUnits]);
      const a = { address: backend.address(dz), row: units, column: 1 };
      const b = { address: backend.address(inputs.weight), row: inUnits, column: 1 };
      matrixProduct(backend, a, b, backend.address(dx), n, inUnits, units);
      return dx;
    }),
);

export const denseWeightGradient = defineKernel(
  DENSE_WEIGHT_GRADIENT,
  (backend, inputs: DenseWeightGradientInputs, { activation, withBias }: DenseWeightGradientAttrs) =>
    beforeActivation(backend, inputs, activation, (dz) => {
      const [n = 0, units = 0] = dz.shape;
      const [, inUnits = 0] = inputs.x.shape;
      const dw = backend.output([units, inUnits]);
      const a = { address: backend.address(dz), row: 1, column: units };
      const b = { address: backend.address(inputs.x), row: inUnits, column: 1 };
      matrixProduct(backend, a, b, backend.address(dw), units, inUnits, n);
      return withBias ? [dw, sumChannels(backend, dz)] : [dw];
    }),
);

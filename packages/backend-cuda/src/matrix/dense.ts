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
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { defineKernel, type Kernel } from "../kernel.ts";
import { ACTIVATION_CODES } from "./activations.ts";
import { multiply } from "./product.ts";
import { requireCountable } from "./size-error.ts";

const dense = defineKernel(DENSE, (backend, { x, weight, bias }: DenseInputs, { activation }: DenseAttrs) => {
  const [n = 0, inUnits = 0] = x.shape;
  const [units = 0] = weight.shape;
  const [xAddress, weightAddress, biasAddress] = [x, weight, bias].map((tensor) => backend.addressOf(tensor));
  const y = backend.output([n, units]);
  requireCountable(DENSE, x, weight, y);
  multiply(
    backend,
    { address: xAddress!, row: inUnits, column: 1 },
    { address: weightAddress!, row: 1, column: inUnits },
    backend.address(y),
    { kernel: DENSE, m: n, n: units, k: inUnits, bias: biasAddress!, activation: ACTIVATION_CODES[activation] },
  );
  return y;
});

const inputGradient = defineKernel(
  DENSE_INPUT_GRADIENT,
  (backend, { dy, weight, y }: DenseInputGradientInputs, { activation }: DenseAttrs) => {
    const [units = 0, inUnits = 0] = weight.shape;
    const [n = 0] = dy.shape;
    const [dyAddress, weightAddress, yAddress] = [dy, weight, y].map((tensor) => backend.addressOf(tensor));
    const dx = backend.output([n, inUnits]);
    requireCountable(DENSE_INPUT_GRADIENT, dy, weight, dx);
    multiply(
      backend,
      { address: dyAddress!, row: units, column: 1 },
      { address: weightAddress!, row: inUnits, column: 1 },
      backend.address(dx),
      {
        kernel: DENSE_INPUT_GRADIENT,
        m: n,
        n: inUnits,
        k: units,
        undone: { address: yAddress!, code: ACTIVATION_CODES[activation] },
      },
    );
    return dx;
  },
);

const weightGradient = defineKernel(
  DENSE_WEIGHT_GRADIENT,
  (backend, { x, dy, y }: DenseWeightGradientInputs, { activation, withBias }: DenseWeightGradientAttrs) => {
    const [n = 0, inUnits = 0] = x.shape;
    const units = dy.shape[1] ?? 0;
    const [xAddress, dyAddress, yAddress] = [x, dy, y].map((tensor) => backend.addressOf(tensor));
    const dw = backend.output([units, inUnits]);
    const db: TensorInfo | undefined = withBias ? backend.output([units]) : undefined;
    requireCountable(DENSE_WEIGHT_GRADIENT, x, dy, dw);
    multiply(
      backend,
      { address: dyAddress!, row: 1, column: units },
      { address: xAddress!, row: inUnits, column: 1 },
      backend.address(dw),
      {
        kernel: DENSE_WEIGHT_GRADIENT,
        m: units,
        n: inUnits,
        k: n,
        undone: { address: yAddress!, code: ACTIVATION_CODES[activation] },
        rowSums: db,
      },
    );
    return db === undefined ? [dw] : [dw, db];
  },
);

/** Dense layers and their gradients. */
export const denseKernels: readonly Kernel[] = [dense, inputGradient, weightGradient];

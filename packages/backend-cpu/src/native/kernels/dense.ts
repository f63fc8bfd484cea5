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
import { ACTIVATION_CODES } from "../../wasm/activation.ts";
import { defineKernel, type Kernel } from "../kernel.ts";
import { matrixProduct, plain, turned } from "../matrix-product.ts";

const dense = defineKernel(DENSE, (backend, { x, weight, bias }: DenseInputs, { activation }: DenseAttrs) => {
  const [n = 0, inUnits = 0] = x.shape;
  const [units = 0] = weight.shape;
  const y = backend.output([n, units]);
  matrixProduct(
    backend,
    plain(backend.address(x), inUnits),
    turned(backend.address(weight), inUnits),
    backend.address(y),
    {
      m: n,
      n: units,
      k: inUnits,
      bias: backend.addressOf(bias),
      activation: ACTIVATION_CODES[activation],
    },
  );
  return y;
});

const inputGradient = defineKernel(
  DENSE_INPUT_GRADIENT,
  (backend, { dy, weight, y }: DenseInputGradientInputs, { activation }: DenseAttrs) => {
    const [units = 0, inUnits = 0] = weight.shape;
    const [n = 0] = dy.shape;
    const dx = backend.output([n, inUnits]);
    const fields = [n, inUnits, units, ACTIVATION_CODES[activation], backend.arithmetic];
    const inputs = [dy, y, weight].map((tensor) => backend.addressOf(tensor));
    backend.library.run("camada_dense_input_gradient", fields, ...inputs, backend.address(dx));
    return dx;
  },
);

const weightGradient = defineKernel(
  DENSE_WEIGHT_GRADIENT,
  (backend, { x, dy, y }: DenseWeightGradientInputs, { activation, withBias }: DenseWeightGradientAttrs) => {
    const [n = 0, inUnits = 0] = x.shape;
    const units = dy.shape[1] ?? 0;
    const outputs = [backend.output([units, inUnits]), ...(withBias ? [backend.output([units])] : [])];
    const fields = [n, inUnits, units, ACTIVATION_CODES[activation], backend.arithmetic];
    const tensors = [x, dy, y, outputs[0], outputs[1]].map((tensor) => backend.addressOf(tensor));
    backend.library.run("camada_dense_weight_gradient", fields, ...tensors);
    return outputs;
  },
);

export const denseKernels: readonly Kernel[] = [dense, inputGradient, weightGradient];

import { DENSE, type DenseAttrs, type DenseInputs } from "@camada/tensor";
import { ACTIVATION_CODES } from "../activation.ts";
import { matrixProduct } from "../matrix-product.ts";
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

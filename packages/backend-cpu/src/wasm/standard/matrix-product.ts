import * as tf from "@tensorflow/tfjs-core";
import { matrixPlaces, matrixShapes } from "../../matrix-shapes.ts";
import { ACTIVATION_CODES } from "../activation.ts";
import { product } from "../geometry.ts";
import type { HeapBackend } from "../heap-backend.ts";
import { defineKernel, type Present } from "../kernels/define.ts";
import { matrixProduct, type Finish } from "../matrix-product.ts";
import { runOnHost } from "./host.ts";

/** tfjs's kernel is slow when a factor is transposed, and mixes up batches that broadcast against each other. */
export const batchMatMul = defineKernel(
  tf.BatchMatMul,
  (backend, inputs: Present<tf.BatchMatMulInputs>, attrs: tf.BatchMatMulAttrs) => {
    if (inputs.a.dtype !== "float32" || inputs.b.dtype !== "float32") {
      return runOnHost(tf.BatchMatMul, { inputs: { ...inputs }, backend, attrs: { ...attrs } });
    }
    return multiplyBatches(backend, inputs.a, inputs.b, attrs, { activation: 0 });
  },
);

/** tfjs's name of the kernel. */
const FUSED_MAT_MUL = "_FusedMatMul";

/** Activations that our kernels finish a product with. */
const FUSED: Readonly<Record<string, number>> = {
  linear: ACTIVATION_CODES.linear,
  relu: ACTIVATION_CODES.relu,
  sigmoid: ACTIVATION_CODES.sigmoid,
};

export const fusedMatMul = defineKernel(
  FUSED_MAT_MUL,
  (backend, inputs: tf._FusedMatMulInputs, attrs: tf._FusedMatMulAttrs) => {
    const { a, b, bias } = inputs;
    const activation = FUSED[attrs.activation];
    const columns = b.shape.at(attrs.transposeB ? -2 : -1);
    const addsToColumns = !bias || (bias.shape.at(-1) === columns && product(bias.shape) === columns);
    if (activation === undefined || !addsToColumns || a.dtype !== "float32" || b.dtype !== "float32") {
      return runOnHost(FUSED_MAT_MUL, { inputs: { ...inputs }, backend, attrs: { ...attrs } });
    }
    const finish = { activation, ...(bias && { bias: backend.address(bias) }) };
    return multiplyBatches(backend, a, b, attrs, finish);
  },
);

function multiplyBatches(
  backend: HeapBackend,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  attrs: tf.BatchMatMulAttrs,
  finish: Finish,
): tf.TensorInfo {
  const { batch, m, n, k, aColumns, bColumns } = matrixShapes(a, b, attrs);
  const y = backend.output([...batch, m, n]);
  const target = backend.address(y);
  const aPlaces = matrixPlaces(a, batch);
  const bPlaces = matrixPlaces(b, batch);
  aPlaces.forEach((place, index) => {
    const left = backend.address(a) + place * m * k * 4;
    const right = backend.address(b) + (bPlaces[index] ?? 0) * k * n * 4;
    const [aStrides, bStrides] = [strides(aColumns, attrs.transposeA), strides(bColumns, attrs.transposeB)];
    const factors = [
      { address: left, ...aStrides },
      { address: right, ...bStrides },
    ] as const;
    matrixProduct(backend, ...factors, target + index * m * n * 4, m, n, k, finish);
  });
  return y;
}

function strides(columns: number, isTransposed: boolean): { readonly row: number; readonly column: number } {
  return isTransposed ? { row: 1, column: columns } : { row: columns, column: 1 };
}

import * as tf from "@tensorflow/tfjs-core";
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
  { transposeA, transposeB }: tf.BatchMatMulAttrs,
  finish: Finish,
): tf.TensorInfo {
  const [aRows = 0, aColumns = 0] = a.shape.slice(-2);
  const [bRows = 0, bColumns = 0] = b.shape.slice(-2);
  const [m, k] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
  const [inner, n] = transposeB ? [bColumns, bRows] : [bRows, bColumns];
  // tf.matMul leaves both to the kernel.
  if (a.shape.length < 2 || b.shape.length < 2) throw new Error("matMul: expected matrices, got a vector or a scalar");
  if (inner !== k) throw new Error(`matMul: expected inner sizes that match, got ${k} and ${inner}`);
  const batch = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const y = backend.output([...batch, m, n]);
  const target = backend.address(y);
  const aPlaces = places(a.shape.slice(0, -2), batch);
  const bPlaces = places(b.shape.slice(0, -2), batch);
  aPlaces.forEach((place, index) => {
    const left = backend.address(a) + place * m * k * 4;
    const right = backend.address(b) + (bPlaces[index] ?? 0) * k * n * 4;
    const [aStrides, bStrides] = [strides(aColumns, transposeA), strides(bColumns, transposeB)];
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

/** For every matrix of a broadcast batch, which of the factor's own matrices it is. */
function places(own: readonly number[], batch: readonly number[]): number[] {
  let result = [0];
  const offset = batch.length - own.length;
  batch.forEach((extent, axis) => {
    const size = own[axis - offset] ?? 1;
    result = result.flatMap((place) => Array.from({ length: extent }, (_, i) => place * size + (size === 1 ? 0 : i)));
  });
  return result;
}

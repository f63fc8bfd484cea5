import * as tf from "@tensorflow/tfjs-core";
import { ACTIVATION_CODES } from "../../wasm/activation.ts";
import { defineKernel, scriptKernel, type Kernel, type Present } from "../kernel.ts";
import { matrixProduct, plain, turned, type Factor } from "../matrix-product.ts";
import type { NativeBackend } from "../native-backend.ts";
import type { Address } from "../library.ts";

const batchMatMul = defineKernel(
  tf.BatchMatMul,
  (backend, inputs: Present<tf.BatchMatMulInputs>, attrs: tf.BatchMatMulAttrs) => {
    if (inputs.a.dtype !== "float32" || inputs.b.dtype !== "float32") {
      return scriptKernel(tf.BatchMatMul)({ inputs: { ...inputs }, backend, attrs: { ...attrs } });
    }
    return multiply(backend, inputs.a, inputs.b, attrs, 0, 0);
  },
);

/** tfjs's name of the kernel. */
const FUSED_MAT_MUL = "_FusedMatMul";

/** Activations that native kernels finish a product with. */
const FUSED: Readonly<Record<string, number>> = {
  linear: ACTIVATION_CODES.linear,
  relu: ACTIVATION_CODES.relu,
  sigmoid: ACTIVATION_CODES.sigmoid,
};

const fusedMatMul = defineKernel(
  FUSED_MAT_MUL,
  (backend, inputs: tf._FusedMatMulInputs, attrs: tf._FusedMatMulAttrs) => {
    const { a, b, bias } = inputs;
    const activation = FUSED[attrs.activation];
    const columns = b.shape.at(attrs.transposeB ? -2 : -1);
    const addsToColumns = !bias || (bias.shape.at(-1) === columns && tf.util.sizeFromShape(bias.shape) === columns);
    if (activation === undefined || !addsToColumns || a.dtype !== "float32" || b.dtype !== "float32") {
      return scriptKernel(FUSED_MAT_MUL)({ inputs: { ...inputs }, backend, attrs: { ...attrs } });
    }
    return multiply(backend, a, b, attrs, backend.addressOf(bias), activation);
  },
);

function multiply(
  backend: NativeBackend,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  { transposeA, transposeB }: tf.BatchMatMulAttrs,
  bias: Address,
  activation: number,
): tf.TensorInfo {
  const [aRows = 0, aColumns = 0] = a.shape.slice(-2);
  const [bRows = 0, bColumns = 0] = b.shape.slice(-2);
  const [m, k] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
  const [inner, n] = transposeB ? [bColumns, bRows] : [bRows, bColumns];
  // tf.matMul leaves both to the kernel.
  if (a.shape.length < 2 || b.shape.length < 2) throw new Error("matMul: expected matrices, got a vector or a scalar");
  if (inner !== k) throw new Error(`matMul: expected inner sizes that match, got ${k} and ${inner}`);
  const [aBatch, bBatch] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const batch = tf.broadcast_util.assertAndGetBroadcastShape(aBatch, bBatch);
  const y = backend.output([...batch, m, n]);
  const [aSize, bSize] = [m * k, k * n];
  const factor = (tensor: tf.TensorInfo, isTransposed: boolean, columns: number, member: number, offset = 0): Factor =>
    (isTransposed ? turned : plain)(backend.address(tensor) + offset * 4, columns, member);
  const product = { m, n, k, bias, activation };
  const members = tf.util.sizeFromShape(batch);
  const [aCount, bCount] = [tf.util.sizeFromShape(aBatch), tf.util.sizeFromShape(bBatch)];
  if ((aCount === members || aCount === 1) && (bCount === members || bCount === 1)) {
    const left = factor(a, transposeA, aColumns, aCount === 1 ? 0 : aSize);
    const right = factor(b, transposeB, bColumns, bCount === 1 ? 0 : bSize);
    matrixProduct(backend, left, right, backend.address(y), { batch: members, ...product });
    return y;
  }
  const [aPlaces, bPlaces] = [places(aBatch, batch), places(bBatch, batch)];
  for (let member = 0; member < members; member++) {
    const left = factor(a, transposeA, aColumns, 0, (aPlaces[member] ?? 0) * aSize);
    const right = factor(b, transposeB, bColumns, 0, (bPlaces[member] ?? 0) * bSize);
    matrixProduct(backend, left, right, backend.address(y) + member * m * n * 4, product);
  }
  return y;
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

export const matrixProductKernels: readonly Kernel[] = [batchMatMul, fusedMatMul];

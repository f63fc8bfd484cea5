import * as tf from "@tensorflow/tfjs-core";
import { matrixPlaces, matrixShapes } from "../../matrix-shapes.ts";
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
  attrs: tf.BatchMatMulAttrs,
  bias: Address,
  activation: number,
): tf.TensorInfo {
  const { batch, m, n, k, aColumns, bColumns } = matrixShapes(a, b, attrs);
  const { transposeA, transposeB } = attrs;
  const y = backend.output([...batch, m, n]);
  const [aSize, bSize] = [m * k, k * n];
  const factor = (tensor: tf.TensorInfo, isTransposed: boolean, columns: number, member: number, offset = 0): Factor =>
    (isTransposed ? turned : plain)(backend.address(tensor) + offset * 4, columns, member);
  const product = { m, n, k, bias, activation };
  const members = tf.util.sizeFromShape(batch);
  const [aCount, bCount] = [a, b].map(({ shape }) => tf.util.sizeFromShape(shape.slice(0, -2)));
  if ((aCount === members || aCount === 1) && (bCount === members || bCount === 1)) {
    const left = factor(a, transposeA, aColumns, aCount === 1 ? 0 : aSize);
    const right = factor(b, transposeB, bColumns, bCount === 1 ? 0 : bSize);
    matrixProduct(backend, left, right, backend.address(y), { batch: members, ...product });
    return y;
  }
  const [aPlaces, bPlaces] = [matrixPlaces(a, batch), matrixPlaces(b, batch)];
  for (let member = 0; member < members; member++) {
    const left = factor(a, transposeA, aColumns, 0, (aPlaces[member] ?? 0) * aSize);
    const right = factor(b, transposeB, bColumns, 0, (bPlaces[member] ?? 0) * bSize);
    matrixProduct(backend, left, right, backend.address(y) + member * m * n * 4, product);
  }
  return y;
}

export const matrixProductKernels: readonly Kernel[] = [batchMatMul, fusedMatMul];

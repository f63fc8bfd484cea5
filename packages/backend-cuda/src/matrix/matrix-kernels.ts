import * as tf from "@tensorflow/tfjs-core";
import type { CudaBackend } from "../cuda-backend.ts";
import type { Address } from "../driver/driver.ts";
import { defineKernel, type Kernel, type Present } from "../kernel.ts";
import { runKernel } from "../run-kernel.ts";
import { ACTIVATION_CODES, isFused } from "./activations.ts";
import { batchAxes, matrixShapes, type BatchAxis } from "./matrix-shapes.ts";
import { multiply, type Factor, type Product } from "./product.ts";
import { requireCountable } from "./size-error.ts";

const BYTES = Float32Array.BYTES_PER_ELEMENT;
/** Axes of a batch that one launch goes through. */
const BATCH_AXES = 3;

type Finish = Pick<Product, "kernel" | "bias" | "activation" | "alpha">;

const batchMatMul = defineKernel(
  tf.BatchMatMul,
  (backend, inputs: Present<tf.BatchMatMulInputs>, attrs: tf.BatchMatMulAttrs) => {
    const { a, b } = inputs;
    if (a.dtype !== "float32" || b.dtype !== "float32") return backend.scripts.run(tf.BatchMatMul, { a, b }, attrs);
    return product(backend, a, b, attrs, { kernel: tf.BatchMatMul });
  },
);

const fusedMatMul = defineKernel(
  tf._FusedMatMul,
  (backend, inputs: tf._FusedMatMulInputs, attrs: tf._FusedMatMulAttrs) => {
    const { a, b, bias, preluActivationWeights } = inputs;
    const { activation } = attrs;
    const columns = b.shape.at(attrs.transposeB ? -2 : -1);
    const addsToColumns = !bias || (bias.shape.at(-1) === columns && tf.util.sizeFromShape(bias.shape) === columns);
    const tensors = [a, b, bias, preluActivationWeights].filter((tensor) => tensor !== undefined);
    const isFloat = tensors.every(({ dtype }) => dtype === "float32");
    if (!addsToColumns || !isFloat || (!isFused(activation) && (activation as string) !== "prelu")) {
      return backend.scripts.run(tf._FusedMatMul, { ...inputs } as unknown as tf.NamedTensorInfoMap, attrs);
    }
    const y = product(backend, a, b, attrs, {
      kernel: tf._FusedMatMul,
      bias: backend.addressOf(bias),
      activation: isFused(activation) ? ACTIVATION_CODES[activation] : 0,
      alpha: attrs.leakyreluAlpha ?? 0,
    });
    if (isFused(activation)) return y;
    const result = runKernel(backend, tf.Prelu, { x: y, alpha: preluActivationWeights! });
    backend.disposeOf(y);
    return result;
  },
);

/** tfjs's products of matrices. */
export const matrixKernels: readonly Kernel[] = [batchMatMul, fusedMatMul];

function product(
  backend: CudaBackend,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  { transposeA, transposeB }: Pick<tf.BatchMatMulAttrs, "transposeA" | "transposeB">,
  finish: Finish,
): tf.TensorInfo {
  const { batch, m, n, k, aColumns, bColumns } = matrixShapes(a, b, { transposeA, transposeB });
  const [aAddress, bAddress] = [backend.address(a), backend.address(b)];
  const y = backend.output([...batch, m, n]);
  requireCountable(finish.kernel, a, b, y);
  if (tf.util.sizeFromShape(batch) === 0) return y;
  const axes = batchAxes(a, b, batch);
  const inner = axes.slice(-BATCH_AXES);
  const strides = (isTransposed: boolean, columns: number): Pick<Factor, "row" | "column"> =>
    isTransposed ? { row: 1, column: columns } : { row: columns, column: 1 };
  const size = inner.reduce((count, { extent }) => count * extent, 1) * m * n;
  for (const [at, { aAt, bAt }] of outerPlaces(axes.slice(0, -BATCH_AXES)).entries()) {
    const left: Factor = {
      address: aAddress + aAt * BYTES,
      ...strides(transposeA, aColumns),
      members: inner.map((axis) => axis.a),
    };
    const right: Factor = {
      address: bAddress + bAt * BYTES,
      ...strides(transposeB, bColumns),
      members: inner.map((axis) => axis.b),
    };
    const to: Address = backend.address(y) + at * size * BYTES;
    multiply(backend, left, right, to, { ...finish, batch: inner.map(({ extent }) => extent), m, n, k });
  }
  return y;
}

/** Where the factors start for every place of axes that are too many for one launch, row-major. */
function outerPlaces(axes: readonly BatchAxis[]): { readonly aAt: number; readonly bAt: number }[] {
  let places = [{ aAt: 0, bAt: 0 }];
  for (const { extent, a, b } of axes) {
    places = places.flatMap(({ aAt, bAt }) =>
      Array.from({ length: extent }, (_, i) => ({ aAt: aAt + i * a, bAt: bAt + i * b })),
    );
  }
  return places;
}

import * as tf from "@tensorflow/tfjs-core";
import { defineKernel, type Kernel, type Present } from "../kernel.ts";
import { elementLaunch, sizeOf } from "../kernels/elements.ts";
import { requireCountable } from "../matrix/size-error.ts";
import { isDeviceType } from "../memory/storage.ts";

const diag = defineKernel(tf.Diag, (backend, { x }: Present<tf.DiagInputs>) => {
  if (!isDeviceType(x.dtype)) return backend.scripts.run(tf.Diag, { x });
  const from = backend.address(x);
  const y = backend.output([...x.shape, ...x.shape], x.dtype);
  requireCountable(tf.Diag, y);
  const count = sizeOf(y);
  if (count === 0) return y;
  const args = backend.arguments().address(from).address(backend.address(y)).int32(count, sizeOf(x));
  const name = x.dtype === "bool" ? "diagonal_bytes" : "diagonal_words";
  backend.launch({ file: "diagonal.cu", name }, elementLaunch(count, 1), args);
  return y;
});

/** Matrices with a given diagonal. */
export const diagonalKernels: readonly Kernel[] = [diag];

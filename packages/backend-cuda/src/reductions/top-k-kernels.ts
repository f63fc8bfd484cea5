import * as tf from "@tensorflow/tfjs-core";
import { defineKernel, type Kernel, type Present } from "../kernel.ts";
import { areOf, sizeOf, typeOf } from "../kernels/elements.ts";
import { requireCountable } from "../matrix/size-error.ts";

const WARP = 32;
const WARPS = 8;

/** Sorted also where that was not asked for. */
const topK = defineKernel(tf.TopK, (backend, { x }: Present<tf.TopKInputs>, attrs: tf.TopKAttrs) => {
  const length = x.shape.at(-1) ?? 0;
  // What tfjs makes of no elements, and of more than there are, is its own.
  const isKnown = areOf(["float32", "int32"], x) && attrs.k > 0 && attrs.k <= length;
  if (!isKnown) return backend.scripts.run(tf.TopK, { x }, attrs);
  requireCountable(tf.TopK, x);
  const from = backend.address(x);
  const shape = [...x.shape.slice(0, -1), attrs.k];
  const [values, indices] = [backend.output(shape, typeOf(x)), backend.output(shape, "int32")];
  const rows = sizeOf(x) / length;
  if (rows === 0) return [values, indices];
  const args = backend.arguments().address(from).address(backend.address(values)).address(backend.address(indices));
  args.int32(rows, length, attrs.k);
  const launch = { grid: [Math.ceil(rows / WARPS), 1, 1], block: [WARP * WARPS, 1, 1] } as const;
  backend.launch({ file: "top-k.cu", name: `top_k_${x.dtype}` }, launch, args);
  return [values, indices];
});

/** The largest elements along the last axis. */
export const topKKernels: readonly Kernel[] = [topK];

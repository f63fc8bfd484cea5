import * as tf from "@tensorflow/tfjs-core";
import { areOf, TYPE_CODES, typeOf } from "../element-type.ts";
import { defineKernel, scriptKernel, type Kernel, type Present } from "../kernel.ts";
import type { NativeBackend } from "../native-backend.ts";
import type { NativeType } from "../storage.ts";
import { castTo } from "./cast.ts";

/** Numbers of the operations, as in `native/src/reduce.cc`. */
export const REDUCTIONS = { sum: 0, mean: 1, max: 2, min: 3, prod: 4, any: 5, all: 6 } as const;

/** tfjs's maximum names its axes in its own way. */
interface ReduceAttrs {
  readonly axis?: number | number[];
  readonly reductionIndices?: number | number[];
  readonly keepDims: boolean;
}

/** A reduction of some types; tfjs's kernel keeps the others. */
function reduction(kernelName: string, code: number, types: readonly NativeType[]): Kernel {
  return defineKernel(kernelName, (backend, { x }: Present<tf.SumInputs>, attrs: ReduceAttrs) => {
    if (!areOf(types, x)) return scriptKernel(kernelName)({ inputs: { x }, backend, attrs: { ...attrs } });
    return reduced(backend, code, x, attrs);
  });
}

const mean = defineKernel(tf.Mean, (backend, { x }: Present<tf.MeanInputs>, attrs: ReduceAttrs) => {
  if (!areOf(["float32", "int32", "bool"], x)) {
    return scriptKernel(tf.Mean)({ inputs: { x }, backend, attrs: { ...attrs } });
  }
  const floats = castTo(backend, x, "float32");
  const y = reduced(backend, REDUCTIONS.mean, floats, attrs);
  backend.disposeIntermediateTensorInfo(floats);
  return y;
});

/** Reductions over any axes. */
export const reduceKernels: readonly Kernel[] = [
  mean,
  reduction(tf.Sum, REDUCTIONS.sum, ["float32", "int32", "bool"]),
  reduction(tf.Max, REDUCTIONS.max, ["float32", "int32"]),
  reduction(tf.Min, REDUCTIONS.min, ["float32", "int32"]),
  reduction(tf.Prod, REDUCTIONS.prod, ["float32", "int32", "bool"]),
  reduction(tf.Any, REDUCTIONS.any, ["bool"]),
  reduction(tf.All, REDUCTIONS.all, ["bool"]),
];

function reduced(
  backend: NativeBackend,
  code: number,
  x: tf.TensorInfo,
  { axis, reductionIndices = axis, keepDims }: ReduceAttrs,
): tf.TensorInfo {
  // tfjs leaves the axes out to mean all of them.
  const axes = tf.util.parseAxisParam(reductionIndices as number | number[], x.shape);
  const [kept] = tf.backend_util.computeOutAndReduceShapes(x.shape, axes);
  const counts = x.dtype === "bool" && (code === REDUCTIONS.sum || code === REDUCTIONS.prod);
  const from = backend.address(x);
  const shape = keepDims ? tf.backend_util.expandShapeToKeepDim(kept, axes) : kept;
  const y = backend.output(shape, counts ? "int32" : typeOf(x));
  const isReduced = x.shape.map((_, i) => (axes.includes(i) ? 1 : 0));
  const fields = [code, TYPE_CODES[typeOf(x)], x.shape.length, ...x.shape, ...isReduced];
  backend.library.run("camada_reduce", fields, from, backend.address(y));
  return y;
}

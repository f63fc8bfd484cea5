import { BIAS_GRADIENT, type BiasGradientInputs } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import type { CudaBackend } from "../cuda-backend.ts";
import { defineKernel, type Kernel, type Present } from "../kernel.ts";
import { castTo } from "../kernels/cast.ts";
import { areOf, typeOf } from "../kernels/elements.ts";
import type { DeviceType } from "../memory/storage.ts";
import type { ReductionName } from "./operations.ts";
import { reduce } from "./reduce.ts";

/** tfjs's maximum names its axes in its own way. */
interface ReduceAttrs {
  readonly axis?: number | number[];
  readonly reductionIndices?: number | number[];
  readonly keepDims: boolean;
}

/** A reduction of some types; tfjs's kernel keeps the others. */
function reduction(kernelName: string, name: ReductionName, types: readonly DeviceType[]): Kernel {
  return defineKernel(kernelName, (backend, { x }: Present<tf.SumInputs>, attrs: ReduceAttrs) => {
    if (!areOf(types, x)) return backend.scripts.run(kernelName, { x }, attrs);
    return reduced(backend, kernelName, name, x, attrs);
  });
}

const mean = defineKernel(tf.Mean, (backend, { x }: Present<tf.MeanInputs>, attrs: ReduceAttrs) => {
  if (!areOf(["float32", "int32", "bool"], x)) return backend.scripts.run(tf.Mean, { x }, attrs);
  const floats = castTo(backend, x, "float32");
  const y = reduced(backend, tf.Mean, "mean", floats, attrs);
  backend.disposeOf(floats);
  return y;
});

const biasGradient = defineKernel(BIAS_GRADIENT, (backend, { dy }: BiasGradientInputs) => {
  const others = dy.shape.map((_, axis) => axis).filter((axis) => axis !== 1);
  return reduce(backend, BIAS_GRADIENT, "sum", dy, others, { shape: [dy.shape[1]!], dtype: "float32" });
});

/** Reductions over any axes. */
export const reduceKernels: readonly Kernel[] = [
  biasGradient,
  mean,
  reduction(tf.Sum, "sum", ["float32", "int32", "bool"]),
  reduction(tf.Max, "max", ["float32", "int32"]),
  reduction(tf.Min, "min", ["float32", "int32"]),
  reduction(tf.Prod, "prod", ["float32", "int32", "bool"]),
  reduction(tf.Any, "any", ["bool"]),
  reduction(tf.All, "all", ["bool"]),
];

function reduced(
  backend: CudaBackend,
  kernelName: string,
  name: ReductionName,
  x: tf.TensorInfo,
  { axis, reductionIndices = axis, keepDims }: ReduceAttrs,
): tf.TensorInfo {
  // tfjs leaves the axes out to mean all of them.
  const axes = tf.util.parseAxisParam(reductionIndices as number | number[], x.shape);
  const [kept] = tf.backend_util.computeOutAndReduceShapes(x.shape, axes);
  const counts = x.dtype === "bool" && (name === "sum" || name === "prod");
  const shape = keepDims ? tf.backend_util.expandShapeToKeepDim(kept, axes) : kept;
  return reduce(backend, kernelName, name, x, axes, { shape, dtype: counts ? "int32" : typeOf(x) });
}

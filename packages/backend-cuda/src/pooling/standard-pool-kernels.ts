import * as tf from "@tensorflow/tfjs-core";
import { defineKernel, type Kernel, type Present } from "../kernel.ts";
import { windowAxes, type Pool } from "./geometry.ts";
import { averagePool, averagePoolGradient, maxPool, maxPoolGradient } from "./pool.ts";

type Info2D = ReturnType<typeof tf.backend_util.computePool2DInfo>;
type Info3D = ReturnType<typeof tf.backend_util.computePool3DInfo>;

/** Window sizes as tfjs has them in its attributes. */
interface WindowAttrs {
  readonly filterSize: number | [number, number] | [number, number, number];
  readonly strides: number | [number, number] | [number, number, number];
  readonly pad: tf.MaxPoolAttrs["pad"];
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

/** What a kernel does with the geometry. */
interface Rules {
  readonly isAverage?: boolean;
  /** Whether the last of several maxima counts: so in three dimensions. */
  readonly takesLast?: boolean;
  readonly countsBatch?: boolean;
  /** What an average of nothing is divided by: NaN comes out in two dimensions. */
  readonly leastCount?: number;
}

type InfoOf = (x: readonly number[], attrs: WindowAttrs) => Info2D | Info3D;

const info2d: InfoOf = (x, { filterSize, strides, pad, dimRoundingMode }) =>
  tf.backend_util.computePool2DInfo(
    x as [number, number, number, number],
    filterSize as [number, number],
    strides as [number, number],
    1,
    pad as "same",
    dimRoundingMode,
  );

const info3d: InfoOf = (x, { filterSize, strides, pad, dimRoundingMode }) =>
  tf.backend_util.computePool3DInfo(
    x as [number, number, number, number, number],
    filterSize as [number, number, number],
    strides as [number, number, number],
    1,
    pad as "same",
    dimRoundingMode,
  );

function poolOf(info: Info2D | Info3D, { takesLast = false, countsBatch = false, leastCount = 1 }: Rules): Pool {
  const isDeep = "inDepth" in info;
  const { padInfo } = info;
  return {
    images: info.batchSize,
    channels: info.inChannels,
    ...windowAxes({
      input: [...(isDeep ? [info.inDepth] : []), info.inHeight, info.inWidth],
      output: [...(isDeep ? [info.outDepth] : []), info.outHeight, info.outWidth],
      kernel: [...(isDeep ? [info.filterDepth] : []), info.filterHeight, info.filterWidth],
      strides: [...(isDeep ? [info.strideDepth] : []), info.strideHeight, info.strideWidth],
      padBegin: [...("front" in padInfo ? [padInfo.front] : []), padInfo.top, padInfo.left],
    }),
    countsPadding: false,
    leastCount,
    keepsNan: false,
    takesLast,
    countsBatch,
  };
}

/** Pooling of float32; other types are tfjs's, as are windows of one element. */
function forward(kernelName: string, infoOf: InfoOf, rules: Rules): Kernel {
  return defineKernel(kernelName, (backend, { x }: Present<tf.MaxPoolInputs>, attrs: WindowAttrs) => {
    const info = infoOf(x.shape, attrs);
    const isCopy = tf.util.arraysEqual(info.inShape, info.outShape) && [attrs.filterSize].flat().every((k) => k === 1);
    if (isCopy) return backend.share(x);
    if (x.dtype !== "float32") return backend.scripts.run(kernelName, { x }, attrs);
    backend.address(x);
    const y = backend.output(info.outShape);
    if (rules.isAverage === true) averagePool(backend, kernelName, poolOf(info, rules), x, y);
    else maxPool(backend, kernelName, poolOf(info, rules), x, { y });
    return y;
  });
}

function gradient(kernelName: string, infoOf: InfoOf, rules: Rules): Kernel {
  return defineKernel(kernelName, (backend, inputs: Present<tf.AvgPoolGradInputs>, attrs: WindowAttrs) => {
    const { dy, input } = inputs;
    if (dy.dtype !== "float32" || input.dtype !== "float32") {
      return backend.scripts.run(kernelName, { ...inputs }, attrs);
    }
    backend.address(dy);
    const dx = backend.output(input.shape);
    const pool = poolOf(infoOf(input.shape, attrs), rules);
    if (rules.isAverage === true) averagePoolGradient(backend, kernelName, pool, dy, dx, true);
    else maxPoolGradient(backend, kernelName, pool, dy, input, dx);
    return dx;
  });
}

const maxPoolWithArgmax = defineKernel(
  tf.MaxPoolWithArgmax,
  (backend, { x }: Present<tf.MaxPoolWithArgmaxInputs>, attrs: tf.MaxPoolWithArgmaxAttrs) => {
    if (x.dtype !== "float32") return backend.scripts.run(tf.MaxPoolWithArgmax, { x }, attrs);
    const info = info2d(x.shape, attrs);
    backend.address(x);
    const [y, places] = [backend.output(info.outShape), backend.output(info.outShape, "int32")];
    const pool = poolOf(info, { countsBatch: attrs.includeBatchInIndex });
    maxPool(backend, tf.MaxPoolWithArgmax, pool, x, { y, places });
    return [y, places];
  },
);

/** tfjs's pooling, channels last. */
export const standardPoolKernels: readonly Kernel[] = [
  forward(tf.MaxPool, info2d, {}),
  forward(tf.MaxPool3D, info3d, {}),
  forward(tf.AvgPool, info2d, { isAverage: true, leastCount: 0 }),
  forward(tf.AvgPool3D, info3d, { isAverage: true }),
  gradient(tf.MaxPoolGrad, info2d, {}),
  gradient(tf.MaxPool3DGrad, info3d, { takesLast: true }),
  gradient(tf.AvgPoolGrad, info2d, { isAverage: true }),
  gradient(tf.AvgPool3DGrad, info3d, { isAverage: true }),
  maxPoolWithArgmax,
];

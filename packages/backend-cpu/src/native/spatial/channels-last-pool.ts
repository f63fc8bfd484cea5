import * as tf from "@tensorflow/tfjs-core";
import { axes } from "../geometry.ts";
import { defineKernel, scriptKernel, type Kernel, type Present } from "../kernel.ts";
import type { NativeBackend } from "../native-backend.ts";

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

function info2d(x: readonly number[], { filterSize, strides, pad, dimRoundingMode }: WindowAttrs): Info2D {
  return tf.backend_util.computePool2DInfo(
    x as [number, number, number, number],
    filterSize as [number, number],
    strides as [number, number],
    1,
    pad as "same",
    dimRoundingMode,
  );
}

function info3d(x: readonly number[], { filterSize, strides, pad, dimRoundingMode }: WindowAttrs): Info3D {
  return tf.backend_util.computePool3DInfo(
    x as [number, number, number, number, number],
    filterSize as [number, number, number],
    strides as [number, number, number],
    1,
    pad as "same",
    dimRoundingMode,
  );
}

/** What native pooling takes, `native/src/pool-channels-last.cc`. */
function fields(info: Info2D | Info3D, { isAverage, takesLast, countsBatch, leastCount = 1 }: Rules): number[] {
  const isDeep = "inDepth" in info;
  const { padInfo } = info;
  return [
    ...[info.batchSize, info.inChannels],
    ...axes([...(isDeep ? [info.inDepth] : []), info.inHeight, info.inWidth], 1),
    ...axes([...(isDeep ? [info.outDepth] : []), info.outHeight, info.outWidth], 1),
    ...axes([...(isDeep ? [info.filterDepth] : []), info.filterHeight, info.filterWidth], 1),
    ...axes([...(isDeep ? [info.strideDepth] : []), info.strideHeight, info.strideWidth], 1),
    ...axes(["front" in padInfo ? padInfo.front : 0, padInfo.top, padInfo.left], 0),
    ...[isAverage, takesLast, countsBatch].map((flag) => (flag === true ? 1 : 0)),
    leastCount,
  ];
}

function run(
  backend: NativeBackend,
  x: tf.TensorInfo,
  info: Info2D | Info3D,
  rules: Rules,
  places?: tf.TensorInfo,
): tf.TensorInfo {
  const y = backend.output(info.outShape);
  backend.library.run(
    "camada_pool_channels_last",
    fields(info, rules),
    backend.address(x),
    backend.address(y),
    backend.addressOf(places),
  );
  return y;
}

/** Pooling of float32; other types are tfjs's, as are windows of one element. */
function forward(
  kernelName: string,
  infoOf: (x: readonly number[], attrs: WindowAttrs) => Info2D | Info3D,
  rules: Rules,
) {
  return defineKernel(kernelName, (backend, { x }: Present<tf.MaxPoolInputs>, attrs: WindowAttrs) => {
    const info = infoOf(x.shape, attrs);
    const isCopy = tf.util.arraysEqual(info.inShape, info.outShape) && [attrs.filterSize].flat().every((k) => k === 1);
    if (x.dtype !== "float32" || isCopy) {
      return scriptKernel(kernelName)({ inputs: { x }, backend, attrs: { ...attrs } }) as tf.TensorInfo;
    }
    return run(backend, x, info, rules);
  });
}

type GradientInputs = Present<tf.AvgPoolGradInputs>;

function gradient(
  kernelName: string,
  infoOf: (x: readonly number[], attrs: WindowAttrs) => Info2D | Info3D,
  rules: Rules,
) {
  return defineKernel(kernelName, (backend, inputs: GradientInputs, attrs: WindowAttrs) => {
    const { dy, input } = inputs;
    if (dy.dtype !== "float32" || input.dtype !== "float32") {
      return scriptKernel(kernelName)({ inputs: { ...inputs }, backend, attrs: { ...attrs } }) as tf.TensorInfo;
    }
    const dx = backend.output(input.shape);
    const x = rules.isAverage === true ? undefined : input;
    backend.library.run(
      "camada_pool_channels_last_gradient",
      fields(infoOf(input.shape, attrs), rules),
      backend.address(dy),
      backend.addressOf(x),
      backend.address(dx),
    );
    return dx;
  });
}

const maxPoolWithArgmax = defineKernel(
  tf.MaxPoolWithArgmax,
  (backend, { x }: Present<tf.MaxPoolWithArgmaxInputs>, attrs: tf.MaxPoolWithArgmaxAttrs) => {
    if (x.dtype !== "float32") {
      return scriptKernel(tf.MaxPoolWithArgmax)({ inputs: { x }, backend, attrs: { ...attrs } }) as tf.TensorInfo[];
    }
    const info = info2d(x.shape, attrs);
    const places = backend.output(info.outShape, "int32");
    return [run(backend, x, info, { countsBatch: attrs.includeBatchInIndex }, places), places];
  },
);

/** tfjs's pooling, channels last. */
export const channelsLastPoolKernels: readonly Kernel[] = [
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

import * as tf from "@tensorflow/tfjs-core";
import { invoke } from "../invoke.ts";
import { lowestFloat32 } from "../kernels.ts";
import { maxPool3dGradient } from "./max-pool-3d.ts";
import { rule } from "./rule.ts";

/** Window geometry along one spatial axis. */
interface WindowAxis {
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padBegin: number;
  readonly outputs: number;
}

/** How many real elements each window along an axis sees. */
function realElements({ size, kernel, stride, padBegin, outputs }: WindowAxis): number[] {
  return Array.from({ length: outputs }, (_, i) => {
    const begin = i * stride - padBegin;
    return Math.min(begin + kernel, size) - Math.max(begin, 0);
  });
}

/** `x` with its borders made real: as long as the last window reaches, and no shorter than `x` itself. */
function paddedShape(shape: readonly number[], axes: readonly WindowAxis[]): number[] {
  return shape.map((size, i) => {
    const axis = axes[i - 1];
    return axis === undefined ? size : Math.max((axis.outputs - 1) * axis.stride + axis.kernel, axis.padBegin + size);
  });
}

/** Scales `dy` at each output of one axis by whole / real window; nothing to do where every window is whole. */
function scaleToWhole(dy: tf.Tensor, axis: number, window: WindowAxis): tf.Tensor {
  const scales = realElements(window).map((real) => window.kernel / real);
  if (scales.every((scale) => scale === 1)) return dy;
  const shape = dy.shape.map((size, i) => (i === axis ? size : 1));
  return tf.mul(dy, tf.tensor(scales, shape));
}

/**
 * tfjs averages over the real elements of a window, but its gradient kernels divide by the whole window. So `dy` is
 * scaled first, and the kernel is run where every window is whole: over the padded input.
 */
function averageGradient(gradientKernel: string, dy: tf.Tensor, x: tf.Tensor, axes: readonly WindowAxis[]): tf.Tensor {
  const scaled = axes.reduce((gradient, window, i) => scaleToWhole(gradient, i + 1, window), dy);
  const padded = paddedShape(x.shape, axes);
  const attrs = {
    filterSize: axes.map(({ kernel }) => kernel),
    strides: axes.map(({ stride }) => stride),
    pad: "valid",
  };
  if (padded.join() === x.shape.join()) return invoke(gradientKernel, { dy: scaled, input: x }, attrs);
  return withoutBorders(invoke(gradientKernel, { dy: scaled, input: tf.zeros(padded) }, attrs), x, axes);
}

/** The part of a gradient of the padded input that belongs to `x`. */
function withoutBorders(gradient: tf.Tensor, x: tf.Tensor, axes: readonly WindowAxis[]): tf.Tensor {
  return tf.slice(gradient, [0, ...axes.map(({ padBegin }) => padBegin), 0], x.shape);
}

/** Borders of the lowest number are no window's maximum. */
function maximumGradient3d(dy: tf.Tensor, x: tf.Tensor, axes: readonly WindowAxis[]): tf.Tensor {
  const borders = paddedShape(x.shape, axes).map((size, i): [number, number] => {
    const before = axes[i - 1]?.padBegin ?? 0;
    return [before, size - x.shape[i]! - before];
  });
  const kernel = axes.map((axis) => axis.kernel);
  const strides = axes.map((axis) => axis.stride);
  return withoutBorders(maxPool3dGradient(dy, tf.pad(x, borders, lowestFloat32), kernel, strides), x, axes);
}

function axes2d(x: tf.Tensor, { filterSize, strides, pad, dimRoundingMode }: tf.AvgPoolAttrs): WindowAxis[] {
  const info = tf.backend_util.computePool2DInfo(
    x.shape as [number, number, number, number],
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  return [
    {
      size: info.inHeight,
      kernel: info.filterHeight,
      stride: info.strideHeight,
      padBegin: info.padInfo.top,
      outputs: info.outHeight,
    },
    {
      size: info.inWidth,
      kernel: info.filterWidth,
      stride: info.strideWidth,
      padBegin: info.padInfo.left,
      outputs: info.outWidth,
    },
  ];
}

function axes3d(x: tf.Tensor, { filterSize, strides, pad, dimRoundingMode }: tf.AvgPool3DAttrs): WindowAxis[] {
  const info = tf.backend_util.computePool3DInfo(
    x.shape as [number, number, number, number, number],
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  return [
    {
      size: info.inDepth,
      kernel: info.filterDepth,
      stride: info.strideDepth,
      padBegin: info.padInfo.front,
      outputs: info.outDepth,
    },
    {
      size: info.inHeight,
      kernel: info.filterHeight,
      stride: info.strideHeight,
      padBegin: info.padInfo.top,
      outputs: info.outHeight,
    },
    {
      size: info.inWidth,
      kernel: info.filterWidth,
      stride: info.strideWidth,
      padBegin: info.padInfo.left,
      outputs: info.outWidth,
    },
  ];
}

/** The morphological dilation `y = max(x + filter)` over windows. */
const dilation2dRule = rule<[tf.Tensor, tf.Tensor]>(
  tf.Dilation2D,
  { inputs: ["x", "filter"] },
  (dy, [x, filter], attrs) => ({
    x: () => invoke(tf.Dilation2DBackpropInput, { x, filter, dy }, attrs),
    filter: () => invoke(tf.Dilation2DBackpropFilter, { x, filter, dy }, attrs),
  }),
);

/** Rules of tfjs's own windowed reductions, channels last. */
export const poolingRules: readonly tf.GradConfig[] = [
  rule<[tf.Tensor], tf.AvgPoolAttrs>(tf.AvgPool, { inputs: ["x"] }, (dy, [x], attrs) => ({
    x: () => averageGradient(tf.AvgPoolGrad, dy, x, axes2d(x, attrs)),
  })),
  rule<[tf.Tensor], tf.AvgPool3DAttrs>(tf.AvgPool3D, { inputs: ["x"] }, (dy, [x], attrs) => ({
    x: () => averageGradient(tf.AvgPool3DGrad, dy, x, axes3d(x, attrs)),
  })),
  rule<[tf.Tensor, tf.Tensor]>(tf.MaxPool, { inputs: ["x"], outputs: [true] }, (dy, [x, y], attrs) => ({
    x: () => invoke(tf.MaxPoolGrad, { dy, input: x, output: y }, attrs),
  })),
  rule<[tf.Tensor], tf.MaxPool3DAttrs>(tf.MaxPool3D, { inputs: ["x"] }, (dy, [x], attrs) => ({
    x: () => maximumGradient3d(dy, x, axes3d(x, attrs)),
  })),
  dilation2dRule,
];

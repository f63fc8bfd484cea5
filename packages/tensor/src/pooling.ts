import {
  paddingPerAxis,
  perAxis,
  type PoolOptions as Geometry,
  poolShape,
  ShapeError,
  shapeText,
} from "@camada/conv-math";
import * as tf from "@tensorflow/tfjs-core";
import { preferredLayout, type Layout } from "./backend.ts";
import { channelsFirst } from "./convolution.ts";
import { POOL, type PoolAttrs } from "./kernels.ts";
import { convertLayout } from "./layout.ts";
import { runKernel } from "./run-kernel.ts";

/**
 * Options of {@link maxPool}: pool size, strides (the pool size unless given), padding on each side (the lowest float32
 * for a maximum, zeros for an average) and ceil mode, which rounds the output's size up.
 */
export interface PoolOptions extends Geometry {
  /** Where the channels stand in `x` and in the result; `NCHW`. */
  readonly layout?: Layout | undefined;
}

/** Options of {@link avgPool}. */
export interface AvgPoolOptions extends PoolOptions {
  /** Whether padding counts in the divisor; true, as in Gluon. */
  readonly countIncludePad?: boolean | undefined;
}

/**
 * Largest element of each window, over one to three spatial axes.
 *
 * Output size per axis: `floor((n + 2p − k) / s) + 1`, or the ceiling with `ceilMode`.
 * @param x `[n, c, ...spatial]`
 * @returns `[n, c, ...output]`; a window wholly in the padding gives the lowest finite float32.
 * @throws {ShapeError} when options do not fit or the window exceeds the padded input.
 * @see MXNet 1.4.1, `mx.nd.Pooling`.
 */
export function maxPool<T extends tf.Tensor>(x: T, options: PoolOptions): T {
  return pool("maxPool", "max", x, { ...options, countIncludePad: true });
}

/**
 * Mean of each window, over one to three spatial axes; divides by the window clipped to the padded input, or with
 * `countIncludePad: false` by the number of real elements.
 * @param x `[n, c, ...spatial]`
 * @returns `[n, c, ...output]`
 * @throws {ShapeError} when options do not fit or the window exceeds the padded input.
 * @see MXNet 1.4.1, `mx.nd.Pooling`.
 */
export function avgPool<T extends tf.Tensor>(x: T, options: AvgPoolOptions): T {
  return pool("avgPool", "avg", x, options);
}

/**
 * Largest element of each channel.
 * @param x `[n, c, ...spatial]`
 * @param layout where the channels stand; `NCHW`.
 * @returns `[n, c, 1, …]`, the rank of `x`.
 * @throws {ShapeError} for a tensor without a spatial axis.
 */
export function globalMaxPool<T extends tf.Tensor>(x: T, layout: Layout = "NCHW"): T {
  return tf.max(x, spatialAxes("globalMaxPool", x, layout), true);
}

/**
 * Mean of each channel.
 * @param x `[n, c, ...spatial]`
 * @param layout where the channels stand; `NCHW`.
 * @returns `[n, c, 1, …]`, the rank of `x`.
 * @throws {ShapeError} for a tensor without a spatial axis.
 */
export function globalAvgPool<T extends tf.Tensor>(x: T, layout: Layout = "NCHW"): T {
  return tf.mean(x, spatialAxes("globalAvgPool", x, layout), true);
}

function spatialAxes(op: string, x: tf.Tensor, layout: Layout): number[] {
  if (x.rank < 3) throw new ShapeError(op, "x of rank 3 or more", shapeText(x.shape));
  const first = layout === "NCHW" ? 2 : 1;
  return Array.from({ length: x.rank - 2 }, (_, i) => first + i);
}

function pool<T extends tf.Tensor>(op: string, kind: PoolAttrs["kind"], x: T, options: AvgPoolOptions): T {
  const { layout = "NCHW", countIncludePad = true } = options;
  const [, , ...outputSize] = poolShape(channelsFirst(x, layout), options, op);
  const axes = outputSize.length;
  const pairs = paddingPerAxis(op, options.padding ?? 0, axes);
  const attrs: PoolAttrs = {
    kind,
    kernel: perAxis(op, "poolSize", options.poolSize, axes),
    strides: perAxis(op, "strides", options.strides ?? options.poolSize, axes),
    padBegin: pairs.map(([before]) => before),
    padEnd: pairs.map(([, after]) => after),
    outputSize,
    countIncludePad,
  };
  const fastest = preferredLayout();
  return tf.tidy(() => {
    const y = runKernel(POOL, { x: convertLayout(x, layout, fastest) }, attrs);
    return convertLayout(y, fastest, layout) as T;
  });
}

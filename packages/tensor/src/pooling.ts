import { ShapeError } from "@camada/conv-math";
import * as tf from "@tensorflow/tfjs-core";
import { preferredLayout, type Layout } from "./backend.ts";
import { POOL, type PoolAttrs } from "./kernels.ts";
import { convertLayout, spatialShape } from "./layout.ts";
import { perAxis, type PerAxis } from "./per-axis.ts";
import { runKernel } from "./run-kernel.ts";

/** Options of {@link maxPool}. */
export interface PoolOptions {
  /** Extent of the window, per spatial axis. */
  readonly poolSize: PerAxis;
  /** Step of the window, per spatial axis; `poolSize`. */
  readonly strides?: PerAxis;
  /** Cells added on each side, per spatial axis: the lowest float32 for a maximum, zeros for an average; 0. */
  readonly padding?: PerAxis;
  /** Rounds the output's size up instead of down, so that no element at the end is dropped; false. */
  readonly ceilMode?: boolean;
  /** Where the channels stand in `x` and in the result; `NCHW`. */
  readonly layout?: Layout;
}

/** Options of {@link avgPool}. */
export interface AvgPoolOptions extends PoolOptions {
  /** Whether padding counts in the divisor; true, as in Gluon. */
  readonly countIncludePad?: boolean;
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
 * @returns `[n, c, 1, …]`, the rank of `x`.
 */
export function globalMaxPool<T extends tf.Tensor>(x: T, layout: Layout = "NCHW"): T {
  return tf.max(x, spatialAxes(x, layout), true);
}

/**
 * Mean of each channel.
 * @param x `[n, c, ...spatial]`
 * @returns `[n, c, 1, …]`, the rank of `x`.
 */
export function globalAvgPool<T extends tf.Tensor>(x: T, layout: Layout = "NCHW"): T {
  return tf.mean(x, spatialAxes(x, layout), true);
}

function spatialAxes(x: tf.Tensor, layout: Layout): number[] {
  const first = layout === "NCHW" ? 2 : 1;
  return Array.from({ length: x.rank - 2 }, (_, i) => first + i);
}

function pool<T extends tf.Tensor>(op: string, kind: PoolAttrs["kind"], x: T, options: AvgPoolOptions): T {
  const axes = x.rank - 2;
  if (axes < 1 || axes > 3) {
    throw new ShapeError(op, "x of rank 3, 4 or 5", `rank ${x.rank}, [${x.shape.join(", ")}]`);
  }
  const { layout = "NCHW", ceilMode = false, countIncludePad = true } = options;
  const kernel = perAxis(op, "poolSize", options.poolSize, axes, 1);
  const strides = perAxis(op, "strides", options.strides ?? options.poolSize, axes, 1);
  const padding = perAxis(op, "padding", options.padding ?? 0, axes, 0);
  const outputSize = spatialShape(x.shape, layout).map((size, i) => {
    const room = size + 2 * padding[i]! - kernel[i]!;
    if (room < 0) {
      const expected = `a window of at most ${size + 2 * padding[i]!} on spatial axis ${i} (input ${size} with its padding)`;
      throw new ShapeError(op, expected, String(kernel[i]));
    }
    return (ceilMode ? Math.ceil(room / strides[i]!) : Math.floor(room / strides[i]!)) + 1;
  });
  const attrs: PoolAttrs = { kind, kernel, strides, padBegin: padding, padEnd: padding, outputSize, countIncludePad };
  const fastest = preferredLayout();
  return tf.tidy(() => {
    const y = runKernel(POOL, { x: convertLayout(x, layout, fastest) }, attrs);
    return convertLayout(y, fastest, layout) as T;
  });
}

import { positionsIn, show, sizeOf } from "./axes.ts";
import { ShapeError } from "./errors.ts";
import { requireFilled, type ShapedArray } from "./shaped-array.ts";
import { type PoolOptions, poolShape } from "./shapes.ts";
import { windowAxes } from "./window.ts";

/** Windows of {@link referencePooling} and what it makes of each. */
export interface ReferencePoolingOptions extends PoolOptions {
  readonly kind: "max" | "avg";
  /** Whether an average divides by padding elements too, default true. */
  readonly countIncludePad?: boolean | undefined;
}

/** What a maximum over no element gives: the lowest float32. */
const LOWEST_FLOAT32 = -3.4028234663852886e38;

/**
 * Max or average pooling by plain loops, as the judge of faster ones.
 *
 * A maximum ignores padding. An average divides by the size of the window clipped to the padded input
 * (`countIncludePad`), or by its number of real elements. A window without a real element, as ceil mode can make, gives
 * the lowest float32 (max) or 0 (avg).
 *
 * @param x `[n, c, ...spatial]` with one to three spatial axes.
 * @param options Kind, pool size, strides, padding, ceil mode, `countIncludePad`.
 * @returns `[n, c, ...output]`, in float64.
 * @throws ShapeError as `poolShape`, and when x has the wrong length.
 * @see MXNet 1.4.1, Pooling
 */
export function referencePooling(x: ShapedArray, options: ReferencePoolingOptions): ShapedArray<Float64Array> {
  const op = "referencePooling";
  const { kind, poolSize, strides = poolSize, padding, countIncludePad = true } = options;
  if (kind !== "max" && kind !== "avg") throw new ShapeError(op, `kind to be "max" or "avg"`, show(kind));
  const shape = poolShape(x.shape, options, op);
  requireFilled(op, "x", x);
  const spatial = x.shape.slice(2);
  const axes = windowAxes(op, { kernelSize: poolSize, strides, padding }, spatial.length);
  const planeSize = sizeOf(spatial);
  const y = new Float64Array(sizeOf(shape));
  let yIndex = 0;
  for (let plane = 0; plane < shape[0]! * shape[1]!; plane++) {
    for (const output of positionsIn(shape.slice(2))) {
      const values: number[] = [];
      let paddedCount = 0;
      for (const tap of positionsIn(axes.map((axis) => axis.kernelSize))) {
        const position = axes.map((axis, i) => output[i]! * axis.stride - axis.before + tap[i]!);
        if (position.every((index, i) => index < spatial[i]! + axes[i]!.after)) paddedCount++;
        if (position.every((index, i) => index >= 0 && index < spatial[i]!)) {
          const offset = position.reduce((flat, index, i) => flat * spatial[i]! + index, 0);
          values.push(x.data[plane * planeSize + offset]!);
        }
      }
      y[yIndex++] = kind === "max" ? maximum(values) : average(values, countIncludePad ? paddedCount : values.length);
    }
  }
  return { shape, data: y };
}

function maximum(values: readonly number[]): number {
  return values.length === 0 ? LOWEST_FLOAT32 : values.reduce((highest, value) => Math.max(highest, value));
}

function average(values: readonly number[], divisor: number): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / divisor;
}

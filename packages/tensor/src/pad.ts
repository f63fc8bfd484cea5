import { ShapeError } from "@camada/conv-math";
import * as tf from "@tensorflow/tfjs-core";

/** What stands beyond the border: one value, the nearest element, or the mirror image without the border itself. */
export type PadMode = "constant" | "edge" | "reflect";

/** Options of {@link pad}. */
export interface PadOptions {
  /** What to add; `constant`. */
  readonly mode?: PadMode | undefined;
  /** The value that mode `constant` adds; 0. */
  readonly constantValue?: number | undefined;
}

/**
 * Adds cells around a tensor.
 *
 * `padWidth` is Gluon's flat list, `[before, after]` for axis 0, then for axis 1, and so on: for `NCHW` images with a
 * border of one it is `[0, 0, 0, 0, 1, 1, 1, 1]`.
 * @param x any shape.
 * @param padWidth two whole numbers per axis.
 * @returns `x` with every axis longer by its two numbers.
 * @throws {ShapeError} for a list of another length, negative numbers, or a `reflect` wider than the axis less one.
 * @see MXNet 1.4.1, `mx.nd.pad`, which takes ranks 4 and 5 only.
 */
export function pad<T extends tf.Tensor>(
  x: T,
  padWidth: readonly number[],
  { mode = "constant", constantValue = 0 }: PadOptions = {},
): T {
  if (padWidth.length !== 2 * x.rank) {
    throw new ShapeError("pad", `padWidth of ${2 * x.rank} numbers, two per axis`, `${padWidth.length} numbers`);
  }
  const pairs = x.shape.map((size, axis): [number, number] => {
    const pair: [number, number] = [padWidth[2 * axis]!, padWidth[2 * axis + 1]!];
    const most = mode === "reflect" ? size - 1 : Infinity;
    if (!pair.every((width) => Number.isSafeInteger(width) && width >= 0 && width <= most)) {
      const bound = mode === "reflect" ? ` and at most ${most}` : "";
      throw new ShapeError("pad", `whole numbers of at least 0${bound} for axis ${axis}`, `[${pair.join(", ")}]`);
    }
    return pair;
  });
  switch (mode) {
    case "constant":
      return tf.pad(x, pairs, constantValue);
    case "reflect":
      return tf.mirrorPad(x, pairs, "reflect");
    case "edge":
      return tf.tidy(() => edge(x, pairs));
    default:
      throw new ShapeError("pad", "mode constant, edge or reflect", String(mode));
  }
}

/** Repeats the first and last slice along each padded axis. */
function edge<T extends tf.Tensor>(x: T, pairs: readonly [number, number][]): T {
  let result: tf.Tensor = x;
  for (const [axis, [before, after]] of pairs.entries()) {
    if (before === 0 && after === 0) continue;
    const last = x.shape[axis]! - 1;
    const from = Array.from({ length: last + 1 + before + after }, (_, i) => Math.min(Math.max(i - before, 0), last));
    result = tf.gather(result, tf.tensor1d(from, "int32"), axis);
  }
  return result as T;
}

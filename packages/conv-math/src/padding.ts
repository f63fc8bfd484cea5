import { type PadPair, type PerAxis, perAxis, requireInteger, show } from "./axes.ts";
import { ShapeError } from "./errors.ts";

/**
 * Output size by the lesson's formula, with the **total** padding of both sides, one entry per axis.
 *
 * `floor((n - k + p + s) / s)`; with `p = 2 padding` it agrees with `convolutionOutputSize`.
 *
 * @param inputSize Extent of each spatial axis.
 * @param options `kernelSize` k, `padTotal` p (default 0) and `strides` s (default 1): one number or one per axis.
 * @returns One size per axis.
 * @throws ShapeError when an option is out of range, or the kernel exceeds the padded input.
 * @see lesson, cells T6 (p = 0, s = 1), T8 (s = 1) and T9
 */
export function lessonOutputSize(
  inputSize: readonly number[],
  options: { kernelSize: PerAxis; padTotal?: PerAxis | undefined; strides?: PerAxis | undefined },
): number[] {
  const op = "lessonOutputSize";
  const sizes = perAxis(op, "inputSize", inputSize, inputSize.length);
  const kernels = perAxis(op, "kernelSize", options.kernelSize, sizes.length);
  const padTotals = perAxis(op, "padTotal", options.padTotal ?? 0, sizes.length, 0);
  const strides = perAxis(op, "strides", options.strides ?? 1, sizes.length);
  return sizes.map((n, axis) => {
    const [k, p, s] = [kernels[axis]!, padTotals[axis]!, strides[axis]!];
    if (k > n + p) {
      const context = `input ${n}, padTotal ${p}`;
      throw new ShapeError(
        op,
        `a kernel of at most ${n + p} on spatial axis ${axis}, the padded input`,
        `${k}`,
        context,
      );
    }
    return Math.floor((n - k + p + s) / s);
  });
}

/**
 * Splits a total padding into the two sides of an axis, `ceil(p / 2)` and `floor(p / 2)`.
 *
 * @param padTotal Sum of both sides, at least 0.
 * @param largerHalf Side that gets the odd element: `before` (default, top or left, as in the lesson) or `after`
 *   (TensorFlow).
 * @returns `[before, after]`
 * @throws ShapeError when `padTotal` is no integer of at least 0.
 * @see lesson, cell T8
 */
export function splitPadTotal(padTotal: number, largerHalf: "before" | "after" = "before"): PadPair {
  const smaller = Math.floor(requireInteger("splitPadTotal", "padTotal", padTotal, 0) / 2);
  const larger = padTotal - smaller;
  return largerHalf === "before" ? [larger, smaller] : [smaller, larger];
}

/**
 * "Same" padding: the zeros that keep the size at stride 1, and give `ceil(n / stride)` at larger strides.
 *
 * - `lesson`: total `span - 1`, larger half first; it depends neither on the input nor on the stride.
 * - `tensorflow`: total `max((ceil(n / stride) - 1) stride + span - n, 0)`, smaller half first.
 *
 * Both give the same shape. With an even kernel or a stride they read different pixels, so their numbers differ.
 *
 * @param inputSize Extent of each spatial axis.
 * @param options `kernelSize`, `strides` and `dilation` (default 1): one number or one per axis; `manner`, default
 *   `lesson`.
 * @returns One pair `[before, after]` per axis, fit for `padding` everywhere in this package.
 * @throws ShapeError when an option has the wrong length or range.
 * @see lesson, cell T8; TensorFlow 2, tf.nn: notes on padding
 */
export function samePadding(
  inputSize: readonly number[],
  options: {
    kernelSize: PerAxis;
    strides?: PerAxis | undefined;
    dilation?: PerAxis | undefined;
    manner?: "lesson" | "tensorflow" | undefined;
  },
): PadPair[] {
  const op = "samePadding";
  const { manner = "lesson" } = options;
  if (manner !== "lesson" && manner !== "tensorflow") {
    throw new ShapeError(op, `manner to be "lesson" or "tensorflow"`, show(manner));
  }
  const sizes = perAxis(op, "inputSize", inputSize, inputSize.length);
  const kernels = perAxis(op, "kernelSize", options.kernelSize, sizes.length);
  const strides = perAxis(op, "strides", options.strides ?? 1, sizes.length);
  const dilations = perAxis(op, "dilation", options.dilation ?? 1, sizes.length);
  return sizes.map((n, axis) => {
    const [s, span] = [strides[axis]!, 1 + dilations[axis]! * (kernels[axis]! - 1)];
    if (manner === "lesson") return splitPadTotal(span - 1, "before");
    return splitPadTotal(Math.max((Math.ceil(n / s) - 1) * s + span - n, 0), "after");
  });
}

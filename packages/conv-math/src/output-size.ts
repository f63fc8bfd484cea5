import { type PadPair, requireInteger } from "./axes.ts";
import { ShapeError } from "./errors.ts";
import { type AxisWindow, type WindowAxis, windowAxis } from "./window.ts";

/** A transposed convolution along one axis. */
export interface TransposedAxisWindow extends AxisWindow {
  /** Elements added at the end of the output, 0 to `strides - 1`, default 0. */
  readonly outputPadding?: number | undefined;
}

/** A pooling window along one axis. */
export interface PoolAxisWindow {
  readonly poolSize: number;
  /** Default: `poolSize`. */
  readonly strides?: number | undefined;
  /** Padding on each side, or `[before, after]`, default 0. */
  readonly padding?: number | PadPair | undefined;
  /** Whether a last window that is only partly covered counts, default false. */
  readonly ceilMode?: boolean | undefined;
}

/**
 * Output size of a convolution along one axis.
 *
 * `floor((n + before + after - span) / stride) + 1` with `span = 1 + dilation (kernelSize - 1)`.
 *
 * @param inputSize `n`, at least 1.
 * @param window Kernel, stride, padding and dilation along this axis.
 * @param op Name of the operation for errors.
 * @returns The number of windows, at least 1.
 * @throws ShapeError when an option is no integer in its range, or the kernel exceeds the padded input.
 * @see MXNet 1.4.1, Convolution: output size
 */
export function convolutionOutputSize(inputSize: number, window: AxisWindow, op = "convolutionOutputSize"): number {
  return windowCount(op, requireInteger(op, "inputSize", inputSize, 1), windowAxis(op, window));
}

/**
 * Output size of a transposed convolution along one axis.
 *
 * `stride (n - 1) + span - before - after + outputPadding`: the input size for which a convolution with the same window
 * gives `n`.
 *
 * @param inputSize `n`, at least 1.
 * @param window Kernel, stride, padding, dilation and output padding along this axis.
 * @param op Name of the operation for errors.
 * @throws ShapeError when an option is out of range, `outputPadding >= strides`, or padding removes the whole output.
 * @see MXNet 1.4.1, Deconvolution: output size
 */
export function transposedConvolutionOutputSize(
  inputSize: number,
  window: TransposedAxisWindow,
  op = "transposedConvolutionOutputSize",
): number {
  const axis = windowAxis(op, window);
  return transposedSize(op, requireInteger(op, "inputSize", inputSize, 1), axis, window.outputPadding ?? 0);
}

/**
 * Output size of pooling along one axis.
 *
 * `floor((n + before + after - poolSize) / stride) + 1`, or `ceil` in place of `floor` in ceil mode. In ceil mode no
 * window is dropped for starting beyond the input (PyTorch drops it, MXNet does not). MXNet divides in float32; that
 * agrees with the exact value below 2^24.
 *
 * @param inputSize `n`, at least 1.
 * @param window Pool size, stride, padding and rounding along this axis.
 * @param op Name of the operation for errors.
 * @throws ShapeError when an option is out of range, or the window exceeds the padded input.
 * @see MXNet 1.4.1, Pooling: `pooling_convention` valid and full
 */
export function poolOutputSize(inputSize: number, window: PoolAxisWindow, op = "poolOutputSize"): number {
  const { poolSize, strides = poolSize, padding, ceilMode = false } = window;
  requireInteger(op, "poolSize", poolSize, 1);
  const axis = windowAxis(op, { kernelSize: poolSize, strides, padding });
  return windowCount(op, requireInteger(op, "inputSize", inputSize, 1), axis, ceilMode);
}

/** The number of windows along one checked axis; `where` names it in the error, e.g. ` on axis 2`. */
export function windowCount(op: string, inputSize: number, axis: WindowAxis, ceilMode = false, where = ""): number {
  const room = inputSize + axis.before + axis.after - axis.span;
  if (room < 0) {
    const dilated = axis.dilation === 1 ? "" : `kernel ${axis.kernelSize} with dilation ${axis.dilation}, `;
    throw new ShapeError(
      op,
      `a kernel of at most ${inputSize + axis.before + axis.after}${where}, the padded input`,
      `${axis.span}`,
      `${dilated}input ${inputSize}, padding ${axis.before} before and ${axis.after} after`,
    );
  }
  const steps = room / axis.stride;
  return (ceilMode ? Math.ceil(steps) : Math.floor(steps)) + 1;
}

/** The output size of a transposed convolution along one checked axis. */
export function transposedSize(
  op: string,
  inputSize: number,
  axis: WindowAxis,
  outputPadding: number,
  where = "",
): number {
  if (requireInteger(op, "outputPadding", outputPadding, 0) >= axis.stride) {
    throw new ShapeError(op, `outputPadding below the stride ${axis.stride}${where}`, `${outputPadding}`);
  }
  const size = axis.stride * (inputSize - 1) + axis.span - axis.before - axis.after + outputPadding;
  if (size < 1) {
    const removed = `padding ${axis.before} before and ${axis.after} after removes everything`;
    throw new ShapeError(op, `an output of at least 1${where}`, `${size}`, removed);
  }
  return size;
}

import { requireInteger } from "./axes.ts";
import { type AxisWindow, windowAxis } from "./window.ts";

/*
 * All questions are about one axis; a rectangular case asks once per axis. They turn around
 *   outputSize = floor(room / stride) + 1,  room = n + padTotal - span
 * which holds exactly when  (outputSize - 1) stride <= room <= outputSize stride - 1.
 */

/** Smallest and largest integer that solve a question, all between them included; `max` may be Infinity. */
export interface IntegerRange {
  readonly min: number;
  readonly max: number;
}

/**
 * Total paddings (both sides together) with which a convolution takes `inputSize` to `outputSize`.
 *
 * An odd total is what an even kernel needs to keep a size: `splitPadTotal` cuts it in two unequal halves.
 *
 * @param inputSize Extent of the axis before, at least 1.
 * @param outputSize Extent of the axis after, at least 1.
 * @param window Kernel, stride, dilation; its own `padding` is not used.
 * @returns The range of totals of at least 0, or undefined when the output is too large without any padding.
 * @throws ShapeError when a size or an option is no integer of at least 1.
 */
export function padTotalsGiving(inputSize: number, outputSize: number, window: AxisWindow): IntegerRange | undefined {
  return padTotals("padTotalsGiving", inputSize, outputSize, window);
}

/**
 * Symmetric paddings (zeros on **each** side) with which a convolution takes `inputSize` to `outputSize`.
 *
 * @param inputSize Extent of the axis before, at least 1.
 * @param outputSize Extent of the axis after, at least 1.
 * @param window Kernel, stride, dilation; its own `padding` is not used.
 * @returns Every solution, ascending; empty when there is none.
 * @throws ShapeError when a size or an option is no integer of at least 1.
 */
export function paddingsGiving(inputSize: number, outputSize: number, window: AxisWindow): number[] {
  return paddings("paddingsGiving", inputSize, outputSize, window);
}

/**
 * Symmetric paddings with which a convolution keeps the size of its input.
 *
 * At stride 1 the one solution is `(span - 1) / 2`: none for an even span, and the same for every input size.
 *
 * @param inputSize Extent of the axis before and after, at least 1.
 * @param window Kernel, stride, dilation; its own `padding` is not used.
 * @returns Every solution, ascending; empty when there is none.
 * @throws ShapeError when the size or an option is no integer of at least 1.
 * @see lesson, cell T8
 */
export function paddingsKeepingSize(inputSize: number, window: AxisWindow): number[] {
  return paddings("paddingsKeepingSize", inputSize, inputSize, window);
}

/**
 * Input sizes from which a convolution gives `outputSize`: a run as long as the stride, cut off below 1.
 *
 * @param outputSize Extent of the axis after, at least 1.
 * @param window Kernel, stride, padding, dilation. A pooling in floor mode asks with its pool size as `kernelSize`.
 * @returns The range of sizes of at least 1, or undefined when padding alone gives more.
 * @throws ShapeError when the size or an option is out of range.
 */
export function inputSizesGiving(outputSize: number, window: AxisWindow): IntegerRange | undefined {
  const op = "inputSizesGiving";
  const { span, stride, before, after } = windowAxis(op, window);
  const { min, max } = roomGiving(op, outputSize, stride);
  return rangeFrom(1, min + span - before - after, max + span - before - after);
}

/**
 * Strides with which a convolution takes `inputSize` to `outputSize`.
 *
 * @param inputSize Extent of the axis before, at least 1.
 * @param outputSize Extent of the axis after, at least 1.
 * @param window Kernel, padding, dilation; its own `strides` is not used.
 * @returns The range of strides (`max` is Infinity for an output of 1), or undefined when there is none.
 * @throws ShapeError when a size or an option is out of range.
 */
export function stridesGiving(inputSize: number, outputSize: number, window: AxisWindow): IntegerRange | undefined {
  const op = "stridesGiving";
  const { span, before, after } = windowAxis(op, { ...window, strides: 1 });
  const room = requireInteger(op, "inputSize", inputSize, 1) + before + after - span;
  requireInteger(op, "outputSize", outputSize, 1);
  if (room < 0) return undefined;
  const max = outputSize === 1 ? Infinity : Math.floor(room / (outputSize - 1));
  return rangeFrom(1, Math.floor(room / outputSize) + 1, max);
}

/**
 * Kernel sizes with which a convolution takes `inputSize` to `outputSize`.
 *
 * @param inputSize Extent of the axis before, at least 1.
 * @param outputSize Extent of the axis after, at least 1.
 * @param window Stride, padding, dilation.
 * @returns Every solution, ascending; empty when there is none.
 * @throws ShapeError when a size or an option is out of range.
 */
export function kernelSizesGiving(
  inputSize: number,
  outputSize: number,
  window: Omit<AxisWindow, "kernelSize">,
): number[] {
  const op = "kernelSizesGiving";
  const { stride, dilation, before, after } = windowAxis(op, { ...window, kernelSize: 1 });
  const padded = requireInteger(op, "inputSize", inputSize, 1) + before + after;
  const { min, max } = roomGiving(op, outputSize, stride);
  // span = padded - room, and span = 1 + dilation (k - 1)
  const smallest = 1 + Math.ceil((padded - max - 1) / dilation);
  const largest = 1 + Math.floor((padded - min - 1) / dilation);
  return integers(Math.max(smallest, 1), largest);
}

function padTotals(op: string, inputSize: number, outputSize: number, window: AxisWindow): IntegerRange | undefined {
  const { span, stride } = windowAxis(op, { ...window, padding: 0 });
  const n = requireInteger(op, "inputSize", inputSize, 1);
  const { min, max } = roomGiving(op, outputSize, stride);
  return rangeFrom(0, min + span - n, max + span - n);
}

function paddings(op: string, inputSize: number, outputSize: number, window: AxisWindow): number[] {
  const totals = padTotals(op, inputSize, outputSize, window);
  return totals === undefined ? [] : integers(Math.ceil(totals.min / 2), Math.floor(totals.max / 2));
}

function roomGiving(op: string, outputSize: number, stride: number): IntegerRange {
  requireInteger(op, "outputSize", outputSize, 1);
  return { min: (outputSize - 1) * stride, max: outputSize * stride - 1 };
}

function rangeFrom(lowest: number, min: number, max: number): IntegerRange | undefined {
  return Math.max(min, lowest) > max ? undefined : { min: Math.max(min, lowest), max };
}

function integers(first: number, last: number): number[] {
  return Array.from({ length: Math.max(last - first + 1, 0) }, (_, i) => first + i);
}

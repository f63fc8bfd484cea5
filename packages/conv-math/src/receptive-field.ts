import { perAxis, requireInteger } from "./axes.ts";
import { ShapeError } from "./errors.ts";
import { windowCount } from "./output-size.ts";
import { type SlidingWindow, type WindowAxis, windowAxes } from "./window.ts";

/** One layer of a stack, as far as geometry goes: a convolution, or a pooling with `kernelSize` as its pool size. */
export interface WindowLayer extends SlidingWindow {
  /** Pooling only: whether a last window that is only partly covered counts, default false. */
  readonly ceilMode?: boolean | undefined;
}

/** Receptive field along one axis, in input pixels. */
export interface AxisReceptiveField {
  /** Extent of the input that one output element can see. */
  readonly size: number;
  /** Distance in the input between the fields of neighbouring outputs: the product of all strides. */
  readonly jump: number;
  /** First input index that output 0 sees; negative inside padding. */
  readonly start: number;
  /** Input index in the middle of what output 0 sees, `start + (size - 1) / 2`; a half between two pixels. */
  readonly center: number;
}

/** First and last index, both inside. */
export interface Interval {
  readonly first: number;
  readonly last: number;
}

/** What one output element sees along one axis. */
export interface AxisView {
  /** The whole field, which may reach into padding. */
  readonly unclipped: Interval;
  /** The part that holds real pixels; undefined when the field is padding only. */
  readonly clipped: Interval | undefined;
  /** Every input index that reaches the output, ascending. Dilation and large strides leave gaps in `clipped`. */
  readonly pixels: readonly number[];
}

/**
 * Receptive field after each layer of a stack.
 *
 * From `size = 1, jump = 1, start = 0`, each layer makes `size += (span - 1) jump`, `start -= before jump`, and then
 * `jump *= stride`.
 *
 * @param layers In the order of the data.
 * @param spatialRank Number of spatial axes.
 * @param op Name of the operation for errors.
 * @returns Per layer, one entry per axis.
 * @throws ShapeError when an option has the wrong length or range.
 * @see Araujo, Norris, Sim: Computing Receptive Fields of Convolutional Neural Networks, Distill 2019
 */
export function receptiveFields(
  layers: readonly WindowLayer[],
  spatialRank: number,
  op = "receptiveFields",
): AxisReceptiveField[][] {
  requireInteger(op, "spatialRank", spatialRank, 1);
  let fields = Array.from({ length: spatialRank }, () => ({ size: 1, jump: 1, start: 0 }));
  return layers.map((layer) => {
    const axes = windowAxes(op, layer, spatialRank);
    fields = fields.map(({ size, jump, start }, i) => {
      const { span, before, stride } = axes[i]!;
      return { size: size + (span - 1) * jump, jump: jump * stride, start: start - before * jump };
    });
    return fields.map((field) => ({ ...field, center: field.start + (field.size - 1) / 2 }));
  });
}

/**
 * Spatial sizes after each layer of a stack.
 *
 * @param inputSize Extent of each spatial axis of the input.
 * @param layers In the order of the data.
 * @param op Name of the operation for errors.
 * @returns Per layer, one size per axis.
 * @throws ShapeError when a kernel exceeds its padded input, or an option has the wrong length or range.
 */
export function stackSizes(
  inputSize: readonly number[],
  layers: readonly WindowLayer[],
  op = "stackSizes",
): number[][] {
  let sizes = perAxis(op, "inputSize", inputSize, inputSize.length);
  return layers.map((layer) => {
    const axes = windowAxes(op, layer, sizes.length);
    sizes = sizes.map((size, i) => windowCount(op, size, axes[i]!, layer.ceilMode, ` on spatial axis ${i}`));
    return sizes;
  });
}

/**
 * What the element at `position` of a stack's output sees in the input.
 *
 * @param layers In the order of the data, at least one.
 * @param position Index of the output element, one per spatial axis.
 * @param inputSize Extent of each spatial axis of the input.
 * @returns One view per axis; the pixels seen are all combinations of the axes' `pixels`.
 * @throws ShapeError when the position lies outside the output, or the stack does not fit the input.
 */
export function receptiveFieldAt(
  layers: readonly WindowLayer[],
  position: readonly number[],
  inputSize: readonly number[],
): AxisView[] {
  const op = "receptiveFieldAt";
  requireInteger(op, "the number of layers", layers.length, 1);
  const rank = inputSize.length;
  const sizes = [[...inputSize], ...stackSizes(inputSize, layers, op)];
  const outputSize = sizes.at(-1)!;
  const indices = perAxis(op, "position", position, rank, 0);
  if (!indices.every((index, i) => index < outputSize[i]!)) {
    throw new ShapeError(op, `position inside the output [${outputSize.join(", ")}]`, `[${position.join(", ")}]`);
  }
  const fields = receptiveFields(layers, rank, op).at(-1)!;
  const axesOfLayers = layers.map((layer) => windowAxes(op, layer, rank));
  return indices.map((index, i) => {
    const { start, jump, size } = fields[i]!;
    const first = start + index * jump;
    let pixels: readonly number[] = [index];
    for (let layer = layers.length - 1; layer >= 0; layer--) {
      pixels = pixelsRead(pixels, axesOfLayers[layer]![i]!, sizes[layer]![i]!);
    }
    const clipped = pixels.length === 0 ? undefined : { first: pixels[0]!, last: pixels.at(-1)! };
    return { unclipped: { first, last: first + size - 1 }, clipped, pixels };
  });
}

/** The real input indices that the windows at these output indices read, ascending. */
function pixelsRead(outputs: readonly number[], axis: WindowAxis, inputSize: number): number[] {
  const read = new Set<number>();
  for (const output of outputs) {
    for (let tap = 0; tap < axis.kernelSize; tap++) {
      const pixel = output * axis.stride - axis.before + tap * axis.dilation;
      if (pixel >= 0 && pixel < inputSize) read.add(pixel);
    }
  }
  return [...read].sort((a, b) => a - b);
}

/**
 * Convolution from tfjs's standard kernels, channels last. One spatial axis is run as two with a height of one.
 * Padding is added first, so that the kernels only ever see `valid`; dilation becomes zeros between the weights, since
 * tfjs has no gradient for dilation and refuses it beside strides; groups become slices of the channels.
 */
import { sizeOf } from "@camada/conv-math";
import * as tf from "@tensorflow/tfjs-core";
import type { Layout } from "./backend.ts";
import { invoke } from "./invoke.ts";
import type { ConvolutionAttrs } from "./kernels.ts";
import { convertLayout } from "./layout.ts";

const range = (length: number): number[] => Array.from({ length }, (_, i) => i);

/** Weight `[cOut, cIn, ...kernel]` to tfjs's `[...kernel, cIn, cOut]` with zeros between dilated taps. */
function toFilter(weight: tf.Tensor, dilations: readonly number[]): tf.Tensor {
  const axes = range(weight.rank - 2);
  let filter = tf.transpose(weight, [...axes.map((i) => i + 2), 1, 0]);
  for (const axis of axes) filter = dilateAxis(filter, axis, dilations[axis]!);
  return oneAxisAsTwo(filter, 0);
}

/** The inverse of {@link toFilter} for a gradient: drops what belongs to the inserted zeros. */
function fromFilter(filter: tf.Tensor, weightShape: readonly number[], dilations: readonly number[]): tf.Tensor {
  const axes = range(weightShape.length - 2);
  let weight = axes.length === 1 ? tf.squeeze(filter, [0]) : filter;
  for (const axis of axes) weight = undilateAxis(weight, axis, dilations[axis]!);
  return tf.transpose(weight, [axes.length + 1, axes.length, ...axes]);
}

function dilateAxis(x: tf.Tensor, axis: number, dilation: number): tf.Tensor {
  if (dilation === 1) return x;
  const size = x.shape[axis]!;
  const outer = x.shape.slice(0, axis);
  const inner = x.shape.slice(axis + 1);
  const spread = tf.pad(tf.reshape(x, [sizeOf(outer), size, 1, sizeOf(inner)]), [
    [0, 0],
    [0, 0],
    [0, dilation - 1],
    [0, 0],
  ]);
  const extent = dilation * (size - 1) + 1;
  const all = tf.reshape(spread, [sizeOf(outer), size * dilation, sizeOf(inner)]);
  return tf.reshape(tf.slice(all, [0, 0, 0], [-1, extent, -1]), [...outer, extent, ...inner]);
}

function undilateAxis(x: tf.Tensor, axis: number, dilation: number): tf.Tensor {
  if (dilation === 1) return x;
  const size = (x.shape[axis]! - 1) / dilation + 1;
  const outer = x.shape.slice(0, axis);
  const inner = x.shape.slice(axis + 1);
  const padded = tf.pad(tf.reshape(x, [sizeOf(outer), x.shape[axis]!, sizeOf(inner)]), [
    [0, 0],
    [0, dilation - 1],
    [0, 0],
  ]);
  const split = tf.reshape(padded, [sizeOf(outer), size, dilation, sizeOf(inner)]);
  return tf.reshape(tf.slice(split, [0, 0, 0, 0], [-1, -1, 1, -1]), [...outer, size, ...inner]);
}

/** Inserts a height of one before a single spatial axis, `position` being where the spatial axes begin. */
function oneAxisAsTwo(x: tf.Tensor, position: number): tf.Tensor {
  return x.rank === 3 ? tf.expandDims(x, position) : x;
}

/** Padding per spatial axis, with the inserted height. */
function pads(attrs: ConvolutionAttrs): [number, number][] {
  const pairs = attrs.padBegin.map((begin, i): [number, number] => [begin, attrs.padEnd[i]!]);
  return pairs.length === 1 ? [[0, 0], ...pairs] : pairs;
}

function stridesOf(attrs: ConvolutionAttrs): number[] {
  return attrs.strides.length === 1 ? [1, ...attrs.strides] : [...attrs.strides];
}

/** A batch, channels last, at least two spatial axes. */
function toChannelsLast(x: tf.Tensor, layout: Layout): tf.Tensor {
  return oneAxisAsTwo(convertLayout(x, layout, "NHWC"), 1);
}

function fromChannelsLast(y: tf.Tensor, spatialAxes: number, layout: Layout): tf.Tensor {
  return convertLayout(spatialAxes === 1 ? tf.squeeze(y, [1]) : y, "NHWC", layout);
}

function padBatch(x: tf.Tensor, attrs: ConvolutionAttrs): tf.Tensor {
  const pairs = pads(attrs);
  return pairs.every(([begin, end]) => begin === 0 && end === 0) ? x : tf.pad(x, [[0, 0], ...pairs, [0, 0]]);
}

function splitAxis(x: tf.Tensor, groups: number, axis: number): tf.Tensor[] {
  return groups === 1 ? [x] : tf.split(x, groups, axis);
}

const formatOf = (volumetric: boolean) => (volumetric ? {} : { dataFormat: "NHWC", dimRoundingMode: undefined });

/** `x * weight`, without bias. Shapes as in `kernels.ts`. */
export function composedConvolution(
  x: tf.Tensor,
  weight: tf.Tensor,
  attrs: ConvolutionAttrs,
  layout: Layout,
): tf.Tensor {
  const spatialAxes = weight.rank - 2;
  const volumetric = spatialAxes === 3;
  const padded = padBatch(toChannelsLast(x, layout), attrs);
  const weights = splitAxis(weight, attrs.groups, 0);
  const parts = splitAxis(padded, attrs.groups, -1).map((part, g) =>
    invoke(
      volumetric ? "Conv3D" : "Conv2D",
      { x: part, filter: toFilter(weights[g]!, attrs.dilations) },
      {
        strides: stridesOf(attrs),
        pad: "valid",
        dilations: volumetric ? [1, 1, 1] : [1, 1],
        ...(volumetric ? { dataFormat: "NDHWC" } : formatOf(false)),
      },
    ),
  );
  return fromChannelsLast(parts.length === 1 ? parts[0]! : tf.concat(parts, -1), spatialAxes, layout);
}

/** Gradient of {@link composedConvolution} with respect to `x`, of shape `inputShape` (in `layout`). */
export function composedInputGradient(
  dy: tf.Tensor,
  weight: tf.Tensor,
  attrs: ConvolutionAttrs & { readonly inputShape: readonly number[] },
  layout: Layout,
): tf.Tensor {
  const spatialAxes = weight.rank - 2;
  const volumetric = spatialAxes === 3;
  const pairs = pads(attrs);
  const n = attrs.inputShape[0]!;
  const spatial = layout === "NCHW" ? attrs.inputShape.slice(2) : attrs.inputShape.slice(1, -1);
  const size = spatialAxes === 1 ? [1, ...spatial] : spatial;
  const paddedShape = [n, ...size.map((extent, i) => extent + pairs[i]![0] + pairs[i]![1]), weight.shape[1]!];
  const weights = splitAxis(weight, attrs.groups, 0);
  const parts = splitAxis(toChannelsLast(dy, layout), attrs.groups, -1).map((part, g) =>
    invoke(
      volumetric ? "Conv3DBackpropInputV2" : "Conv2DBackpropInput",
      { dy: part, filter: toFilter(weights[g]!, attrs.dilations) },
      { strides: stridesOf(attrs), pad: "valid", inputShape: paddedShape, ...formatOf(volumetric) },
    ),
  );
  const padded = parts.length === 1 ? parts[0]! : tf.concat(parts, -1);
  const dx = tf.slice(padded, [0, ...pairs.map(([begin]) => begin), 0], [n, ...size, -1]);
  return fromChannelsLast(dx, spatialAxes, layout);
}

/** Gradient of {@link composedConvolution} with respect to `weight`, of shape `weightShape`. */
export function composedWeightGradient(
  x: tf.Tensor,
  dy: tf.Tensor,
  attrs: ConvolutionAttrs & { readonly weightShape: readonly number[] },
  layout: Layout,
): tf.Tensor {
  const [cOut, cInPerGroup, ...kernel] = attrs.weightShape as [number, number, ...number[]];
  const volumetric = kernel.length === 3;
  const extents = kernel.map((k, i) => attrs.dilations[i]! * (k - 1) + 1);
  const groupShape = [cOut / attrs.groups, cInPerGroup, ...kernel];
  const filterShape = [...(kernel.length === 1 ? [1] : []), ...extents, cInPerGroup, cOut / attrs.groups];
  const padded = padBatch(toChannelsLast(x, layout), attrs);
  const gradients = splitAxis(toChannelsLast(dy, layout), attrs.groups, -1);
  const parts = splitAxis(padded, attrs.groups, -1).map((part, g) =>
    fromFilter(
      invoke(
        volumetric ? "Conv3DBackpropFilterV2" : "Conv2DBackpropFilter",
        { x: part, dy: gradients[g]! },
        { strides: stridesOf(attrs), pad: "valid", filterShape, ...formatOf(volumetric) },
      ),
      groupShape,
      attrs.dilations,
    ),
  );
  return parts.length === 1 ? parts[0]! : tf.concat(parts, 0);
}

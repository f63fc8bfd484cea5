import * as tf from "@tensorflow/tfjs-core";
import type { ConvolutionAttrs } from "@camada/tensor";
import { convolve, convolveInputGradient, convolveWeightGradient } from "../convolution.ts";
import { planConvolution, product, type ConvolutionPlan } from "../geometry.ts";
import type { HeapBackend } from "../heap-backend.ts";
import { defineKernel, type Present } from "../kernels/define.ts";
import { conv2dChannelsLast } from "./same-padding.ts";
import { stockKernel, transposed } from "./stock.ts";

/** tfjs's geometry of a 2-D convolution, and the same as a plan of ours. */
interface Translation {
  readonly plan: ConvolutionPlan;
  readonly x: number[];
  readonly weight: number[];
  readonly y: number[];
  readonly isChannelsLast: boolean;
  readonly isDepthwise: boolean;
}

type Info = ReturnType<typeof tf.backend_util.computeConv2DInfo>;

function translate(info: Info, isDepthwise: boolean): Translation {
  const x = [info.batchSize, info.inChannels, info.inHeight, info.inWidth];
  const y = [info.batchSize, info.outChannels, info.outHeight, info.outWidth];
  const groups = isDepthwise ? info.inChannels : 1;
  const weight = [info.outChannels, info.inChannels / groups, info.filterHeight, info.filterWidth];
  const { top, bottom, left, right } = info.padInfo;
  const attrs: ConvolutionAttrs = {
    strides: [info.strideHeight, info.strideWidth],
    padBegin: [top, left],
    padEnd: [bottom, right],
    dilations: [info.dilationHeight, info.dilationWidth],
    groups,
  };
  const isChannelsLast = info.dataFormat === "channelsLast";
  return { plan: planConvolution(x, weight, y, attrs), x, weight, y, isChannelsLast, isDepthwise };
}

/** Gives what `work` returns and disposes the other tensors that it made. */
function withTemporaries(
  backend: HeapBackend,
  work: (temporary: (tensor: tf.TensorInfo) => tf.TensorInfo) => tf.TensorInfo,
): tf.TensorInfo {
  const made: tf.TensorInfo[] = [];
  const result = work((tensor) => (made.push(tensor), tensor));
  for (const tensor of made) if (tensor !== result) backend.disposeData(tensor.dataId);
  return result;
}

/** Images of tfjs's layout read as `[n, c, h, w]`. */
function channelsFirst(
  backend: HeapBackend,
  x: tf.TensorInfo,
  { isChannelsLast }: Translation,
  temporary: (tensor: tf.TensorInfo) => tf.TensorInfo,
): tf.TensorInfo {
  return isChannelsLast ? temporary(transposed(backend, x, [0, 3, 1, 2])) : x;
}

/** Images `[n, c, h, w]` brought to tfjs's layout. */
function inLayout(
  backend: HeapBackend,
  y: tf.TensorInfo,
  { isChannelsLast }: Translation,
  temporary: (tensor: tf.TensorInfo) => tf.TensorInfo,
): tf.TensorInfo {
  return isChannelsLast ? transposed(backend, temporary(y), [0, 2, 3, 1]) : y;
}

/** A filter `[kh, kw, cIn, cOut]`, or `[kh, kw, c, multiplier]` of a depthwise convolution, as a weight of ours. */
function asWeight(backend: HeapBackend, filter: tf.TensorInfo, { isDepthwise }: Translation): tf.TensorInfo {
  return transposed(backend, filter, isDepthwise ? [2, 3, 0, 1] : [3, 2, 0, 1]);
}

function zeroFilled(backend: HeapBackend, shape: readonly number[]): tf.TensorInfo {
  const output = backend.output(shape);
  backend.floats(backend.address(output), product(shape)).fill(0);
  return output;
}

function inputGradient(
  backend: HeapBackend,
  dy: tf.TensorInfo,
  filter: tf.TensorInfo,
  translation: Translation,
): tf.TensorInfo {
  return withTemporaries(backend, (temporary) => {
    const dyFirst = channelsFirst(backend, dy, translation, temporary);
    const weight = temporary(asWeight(backend, filter, translation));
    const dx = zeroFilled(backend, translation.x);
    const addresses = [dyFirst, weight, dx].map((tensor) => backend.address(tensor)) as [number, number, number];
    if (product(translation.y) > 0) convolveInputGradient(backend, translation.plan, ...addresses);
    return inLayout(backend, dx, translation, temporary);
  });
}

function filterGradient(
  backend: HeapBackend,
  x: tf.TensorInfo,
  dy: tf.TensorInfo,
  translation: Translation,
): tf.TensorInfo {
  return withTemporaries(backend, (temporary) => {
    const xFirst = channelsFirst(backend, x, translation, temporary);
    const dyFirst = channelsFirst(backend, dy, translation, temporary);
    const dw = temporary(zeroFilled(backend, translation.weight));
    const addresses = [xFirst, dyFirst, dw].map((tensor) => backend.address(tensor)) as [number, number, number];
    if (product(translation.y) > 0) convolveWeightGradient(backend, translation.plan, ...addresses);
    const [cOut = 0, cInGroup = 0, kh = 0, kw = 0] = translation.weight;
    if (!translation.isDepthwise) return transposed(backend, dw, [2, 3, 1, 0]);
    const channels = translation.plan.groups;
    const byChannel = { ...dw, shape: [channels, (cOut * cInGroup) / channels, kh, kw] };
    return transposed(backend, byChannel, [2, 3, 0, 1]);
  });
}

type Conv2DLike = Pick<tf.Conv2DAttrs, "strides" | "pad" | "dataFormat"> & Partial<tf.Conv2DAttrs>;

function conv2dInfo(x: number[], filter: number[], attrs: Conv2DLike, dilations: tf.Conv2DAttrs["dilations"]): Info {
  const { strides, pad, dimRoundingMode } = attrs;
  const format = tf.backend_util.convertConv2DDataFormat(attrs.dataFormat);
  type Shape = [number, number, number, number];
  return tf.backend_util.computeConv2DInfo(
    x as Shape,
    filter as Shape,
    strides,
    dilations,
    pad,
    dimRoundingMode,
    false,
    format,
  );
}

/** tfjs's kernel knows channels last alone. */
export const conv2d = defineKernel(tf.Conv2D, (backend, inputs: Present<tf.Conv2DInputs>, attrs: tf.Conv2DAttrs) => {
  if (attrs.dataFormat === "NHWC")
    return conv2dChannelsLast.kernelFunc({ inputs: { ...inputs }, backend, attrs: { ...attrs } });
  const { x, filter } = inputs;
  const translation = translate(conv2dInfo(x.shape, filter.shape, attrs, attrs.dilations), false);
  return withTemporaries(backend, (temporary) => {
    const weight = temporary(asWeight(backend, filter, translation));
    const y = backend.output(translation.y);
    const [from, by, to] = [x, weight, y].map((tensor) => backend.address(tensor)) as [number, number, number];
    if (product(translation.y) > 0) convolve(backend, translation.plan, from, by, undefined, 0, to);
    return y;
  });
});

export const conv2dBackpropFilter = defineKernel(
  tf.Conv2DBackpropFilter,
  (backend, { x, dy }: Present<tf.Conv2DBackpropFilterInputs>, attrs: tf.Conv2DBackpropFilterAttrs) =>
    filterGradient(backend, x, dy, translate(conv2dInfo(x.shape, attrs.filterShape, attrs, 1), false)),
);

/** Faster than tfjs's, which is a plain loop. */
export const conv2dBackpropInput = defineKernel(
  tf.Conv2DBackpropInput,
  (backend, { dy, filter }: Present<tf.Conv2DBackpropInputInputs>, attrs: tf.Conv2DBackpropInputAttrs) => {
    const info = conv2dInfo(attrs.inputShape, filter.shape, attrs, 1);
    // tf.conv2dTranspose accepts an output shape that does not fit, and takes a part of dy then.
    if (!tf.util.arraysEqual(dy.shape, info.outShape)) {
      return stockKernel(tf.Conv2DBackpropInput)({ inputs: { dy, filter }, backend, attrs: { ...attrs } });
    }
    return inputGradient(backend, dy, filter, translate(info, false));
  },
);

type DepthwiseAttrs = Pick<tf.DepthwiseConv2dNativeAttrs, "strides" | "dilations" | "pad"> &
  Partial<tf.DepthwiseConv2dNativeAttrs>;

function depthwiseInfo(
  x: number[],
  filter: number[],
  { strides, dilations, pad, dimRoundingMode }: DepthwiseAttrs,
): Info {
  type Shape = [number, number, number, number];
  return tf.backend_util.computeConv2DInfo(x as Shape, filter as Shape, strides, dilations, pad, dimRoundingMode, true);
}

export const depthwiseBackpropFilter = defineKernel(
  tf.DepthwiseConv2dNativeBackpropFilter,
  (
    backend,
    { x, dy }: Present<tf.DepthwiseConv2dNativeBackpropFilterInputs>,
    attrs: tf.DepthwiseConv2dNativeBackpropFilterAttrs,
  ) => filterGradient(backend, x, dy, translate(depthwiseInfo(x.shape, attrs.filterShape, attrs), true)),
);

export const depthwiseBackpropInput = defineKernel(
  tf.DepthwiseConv2dNativeBackpropInput,
  (
    backend,
    { dy, filter }: Present<tf.DepthwiseConv2dNativeBackpropInputInputs>,
    attrs: tf.DepthwiseConv2dNativeBackpropInputAttrs,
  ) => inputGradient(backend, dy, filter, translate(depthwiseInfo(attrs.inputShape, filter.shape, attrs), true)),
);

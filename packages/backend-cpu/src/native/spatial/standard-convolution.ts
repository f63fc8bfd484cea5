import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { NativeBackend } from "../native-backend.ts";
import { channelsLastKernels } from "./depthwise.ts";
import { channelsFirst, channelsLast, transposed, withTemporaries } from "./layout.ts";
import type { PlannedConvolution } from "./standard-geometry.ts";

type Temporary = (tensor: TensorInfo) => TensorInfo;

const product = (sizes: readonly number[]): number => sizes.reduce((result, size) => result * size, 1);

/** Images in tfjs's layout, read channels first. */
function images(backend: NativeBackend, x: TensorInfo, { isChannelsLast }: PlannedConvolution, temporary: Temporary) {
  return isChannelsLast ? temporary(channelsFirst(backend, x)) : x;
}

/** A result, channels first, in tfjs's layout. */
function inLayout(backend: NativeBackend, y: TensorInfo, { isChannelsLast }: PlannedConvolution, temporary: Temporary) {
  return isChannelsLast ? channelsLast(backend, temporary(y)) : y;
}

/** A filter `[...kernel, cIn, cOut]`, or `[...kernel, c, multiplier]` of a depthwise convolution, as a weight. */
function asWeight(backend: NativeBackend, filter: TensorInfo, { isDepthwise }: PlannedConvolution): TensorInfo {
  const spatial = filter.shape.slice(2).map((_, axis) => axis);
  const last = filter.shape.length - 1;
  return transposed(backend, filter, isDepthwise ? [last - 1, last, ...spatial] : [last, last - 1, ...spatial]);
}

/** The gradient of a weight as that of a filter. */
function asFilter(backend: NativeBackend, weight: TensorInfo, conv: PlannedConvolution): TensorInfo {
  const [cOut = 0, , ...kernel] = conv.weight;
  const spatial = kernel.map((_, axis) => axis + 2);
  if (!conv.isDepthwise) return transposed(backend, weight, [...spatial, 1, 0]);
  const channels = conv.x[1] ?? 0;
  const byChannel = { ...weight, shape: [channels, channels > 0 ? cOut / channels : 0, ...kernel] };
  return transposed(backend, byChannel, [...spatial, 0, 1]);
}

/**
 * A product of matrices, each with the strides of its rows and columns: pixels are rows of a channels-last image, which
 * makes a convolution by single elements one product.
 */
interface Factor {
  readonly tensor: TensorInfo;
  readonly strides: readonly [number, number];
}

function multiply(
  backend: NativeBackend,
  [rows, columns, depth]: readonly [number, number, number],
  a: Factor,
  b: Factor,
  c: TensorInfo,
  bias: TensorInfo | undefined,
  activation: number,
): TensorInfo {
  const fields = [1, rows, columns, depth, ...a.strides, 0, ...b.strides, 0, columns, 1, 0, activation];
  const addresses = [backend.address(a.tensor), backend.address(b.tensor), backend.addressOf(bias), backend.address(c)];
  backend.library.run("camada_matrix_product", [...fields, backend.arithmetic], ...addresses);
  return c;
}

function pixels({ x }: PlannedConvolution): number {
  return product([x[0] ?? 0, ...x.slice(2)]);
}

/** Runs a kernel of depthwise convolutions on channels-last tensors; the last of them is the result. */
function runLanes(
  backend: NativeBackend,
  name: string,
  conv: PlannedConvolution,
  activation: number,
  tensors: readonly [...(TensorInfo | undefined)[], TensorInfo],
): TensorInfo {
  backend.library.run(name, conv.fields(backend, activation), ...tensors.map((tensor) => backend.addressOf(tensor)));
  return tensors.at(-1) as TensorInfo;
}

/** `activation(x * filter + bias)` in tfjs's layout; `bias` has `cOut` elements. */
export function convolve(
  backend: NativeBackend,
  x: TensorInfo,
  filter: TensorInfo,
  bias: TensorInfo | undefined,
  activation: number,
  conv: PlannedConvolution,
): TensorInfo {
  const [cOut = 0, cIn = 0] = conv.weight;
  if (conv.isPointwise && conv.isChannelsLast) {
    const a: Factor = { tensor: x, strides: [cIn, 1] };
    const b: Factor = { tensor: filter, strides: [cOut, 1] };
    return multiply(backend, [pixels(conv), cOut, cIn], a, b, backend.output(conv.outShape), bias, activation);
  }
  if (conv.hasLanes) {
    const y = backend.output(conv.outShape);
    return runLanes(backend, channelsLastKernels.forward, conv, activation, [x, filter, bias, y]);
  }
  return withTemporaries(backend, (temporary) => {
    const tensors = [images(backend, x, conv, temporary), temporary(asWeight(backend, filter, conv))];
    const y = backend.output(conv.y);
    const addresses = [...tensors, bias, y].map((tensor) => backend.addressOf(tensor));
    backend.library.run(conv.kernels.forward, conv.fields(backend, activation), ...addresses);
    return inLayout(backend, y, conv, temporary);
  });
}

/** The gradient of `x`, in tfjs's layout. */
export function inputGradient(
  backend: NativeBackend,
  dy: TensorInfo,
  filter: TensorInfo,
  conv: PlannedConvolution,
): TensorInfo {
  const [cOut = 0, cIn = 0] = conv.weight;
  if (conv.isPointwise && conv.isChannelsLast) {
    const dx = backend.output([conv.x[0] ?? 0, ...conv.x.slice(2), cIn]);
    const a: Factor = { tensor: dy, strides: [cOut, 1] };
    const b: Factor = { tensor: filter, strides: [1, cOut] };
    return multiply(backend, [pixels(conv), cIn, cOut], a, b, dx, undefined, 0);
  }
  if (conv.hasLanes) {
    const dx = backend.output([conv.x[0] ?? 0, ...conv.x.slice(2), conv.x[1] ?? 0]);
    return runLanes(backend, channelsLastKernels.inputGradient, conv, 0, [dy, filter, dx]);
  }
  return withTemporaries(backend, (temporary) => {
    const from = images(backend, dy, conv, temporary);
    const weight = temporary(asWeight(backend, filter, conv));
    const dx = backend.output(conv.x);
    const addresses = [from, undefined, weight, dx].map((tensor) => backend.addressOf(tensor));
    backend.library.run(conv.kernels.inputGradient, conv.fields(backend, 0), ...addresses);
    return inLayout(backend, dx, conv, temporary);
  });
}

/** The gradient of the filter. */
export function filterGradient(
  backend: NativeBackend,
  x: TensorInfo,
  dy: TensorInfo,
  conv: PlannedConvolution,
): TensorInfo {
  const [cOut = 0, cIn = 0, ...kernel] = conv.weight;
  if (conv.isPointwise && conv.isChannelsLast) {
    const dw = backend.output([...kernel, cIn, cOut]);
    const a: Factor = { tensor: x, strides: [1, cIn] };
    const b: Factor = { tensor: dy, strides: [cOut, 1] };
    return multiply(backend, [cIn, cOut, pixels(conv)], a, b, dw, undefined, 0);
  }
  if (conv.hasLanes) {
    const dw = backend.output([...kernel, cOut, 1]);
    return runLanes(backend, channelsLastKernels.weightGradient, conv, 0, [x, dy, dw]);
  }
  return withTemporaries(backend, (temporary) => {
    const tensors = [images(backend, x, conv, temporary), images(backend, dy, conv, temporary)];
    const dw = temporary(backend.output(conv.weight));
    const addresses = [...tensors, undefined, dw, undefined].map((tensor) => backend.addressOf(tensor));
    backend.library.run(conv.kernels.weightGradient, conv.fields(backend, 0), ...addresses);
    return asFilter(backend, dw, conv);
  });
}

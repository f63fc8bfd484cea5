import { sizeOf, type ConvolutionCase, type ConvolutionKernels, type RandomCase } from "@camada/test-kit";
import type { KernelValues } from "@camada/test-kit/kernel-suites";
import * as tf from "@tensorflow/tfjs-core";
import { runOnly } from "./run-kernel.ts";

interface FloatValues extends KernelValues {
  readonly data: Float32Array;
}

/** Axes in another order. */
function transposed({ shape, data }: FloatValues, order: readonly number[]): FloatValues {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const to = order.map((axis) => shape[axis]!);
  const result = new Float32Array(data.length);
  const index = to.map(() => 0);
  for (let i = 0; i < result.length; i++) {
    result[i] = data[index.reduce((at, place, axis) => at + place * strides[order[axis]!]!, 0)]!;
    for (let axis = to.length - 1; axis >= 0 && ++index[axis]! === to[axis]!; axis--) index[axis] = 0;
  }
  return { shape: to, data: result };
}

const spatial = (rank: number, from: number): number[] => Array.from({ length: rank - 2 }, (_, axis) => axis + from);

/** `[n, c, ...]` as `[n, ..., c]`, and back. */
const toLast = (x: FloatValues): FloatValues => transposed(x, [0, ...spatial(x.shape.length, 2), 1]);
const toFirst = (x: FloatValues): FloatValues => transposed(x, [0, x.shape.length - 1, ...spatial(x.shape.length, 1)]);

const NAMES = {
  dense2: { forward: tf.Conv2D, input: tf.Conv2DBackpropInput, filter: tf.Conv2DBackpropFilter },
  dense3: { forward: tf.Conv3D, input: tf.Conv3DBackpropInputV2, filter: tf.Conv3DBackpropFilterV2 },
  depthwise2: {
    forward: tf.DepthwiseConv2dNative,
    input: tf.DepthwiseConv2dNativeBackpropInput,
    filter: tf.DepthwiseConv2dNativeBackpropFilter,
  },
} as const;

/**
 * tfjs's convolutions, given and giving what Camada's take: channels first, `[cOut, cIn / groups, ...kernel]`.
 * @param dataFormat in which tfjs is to have them.
 */
export function standardConvolution(
  test: ConvolutionCase & { readonly pad?: "same" },
  dataFormat: "NHWC" | "NCHW",
): ConvolutionKernels {
  const { attrs, weight } = test;
  const axes = attrs.strides.length;
  const isDepthwise = attrs.groups > 1;
  const names = NAMES[isDepthwise ? "depthwise2" : axes === 3 ? "dense3" : "dense2"];
  const [cOut = 0, cInGroup = 0, ...kernel] = weight;
  const isLast = dataFormat === "NHWC";
  const image = (x: FloatValues | undefined): FloatValues => (isLast ? toLast(x!) : x!);
  // Output channels of a depthwise filter are numbered through all channels, `[c, multiplier]`.
  const filterShape = isDepthwise ? [...kernel, attrs.groups, cOut / attrs.groups] : [...kernel, cInGroup, cOut];
  const asFilter = (x: FloatValues): FloatValues =>
    isDepthwise
      ? transposed({ ...x, shape: [attrs.groups, cOut / attrs.groups, ...kernel] }, [...spatial(axes + 2, 2), 0, 1])
      : transposed(x, [...spatial(axes + 2, 2), 1, 0]);
  const asWeight = (x: FloatValues): FloatValues => ({
    ...transposed(
      x,
      isDepthwise ? [axes, axes + 1, ...spatial(axes + 2, 0)] : [axes + 1, axes, ...spatial(axes + 2, 0)],
    ),
    shape: weight,
  });
  const pairs = attrs.padBegin.map((before, axis) => [before, attrs.padEnd[axis]!]);
  const pad =
    axes === 3 ? (test.pad ?? attrs.padBegin[0]) : isLast ? [[0, 0], ...pairs, [0, 0]] : [[0, 0], [0, 0], ...pairs];
  const { strides, dilations } = attrs;
  const shared = { strides, dilations, pad, dataFormat: axes === 3 ? "NDHWC" : dataFormat };
  const inputShape = isLast ? [test.x[0]!, ...test.x.slice(2), test.x[1]!] : test.x;
  return {
    forward: names.forward,
    inputGradient: names.input,
    weightGradient: names.filter,
    run(name, { x, dy, weight: factor }) {
      if (name === names.filter) {
        const dw = runOnly(name, { x: image(x), dy: image(dy) }, { ...shared, filterShape });
        return [asWeight(dw as FloatValues)];
      }
      const filter = asFilter(factor!);
      const y =
        name === names.forward
          ? runOnly(name, { x: image(x), filter }, shared)
          : runOnly(name, { dy: image(dy), filter }, { ...shared, inputShape });
      return [isLast ? toFirst(y as FloatValues) : y];
    },
  };
}

/** A configuration that tfjs has a kernel for: two axes or three, the latter with one padding for all. */
export function asStandard(test: ConvolutionCase, random: RandomCase): ConvolutionCase & { readonly pad?: "same" } {
  const { attrs, x, weight, y } = test;
  const axes = attrs.strides.length;
  const linear = { ...attrs, activation: "linear" } as const;
  if (axes === 1) {
    const wider = (shape: readonly number[]): number[] => [...shape.slice(0, 2), 1, ...shape.slice(2)];
    const { strides, dilations, padBegin, padEnd } = attrs;
    const one = { strides: [1, ...strides], dilations: [1, ...dilations], padBegin: [0, ...padBegin] };
    const wide = { ...linear, ...one, padEnd: [0, ...padEnd] };
    return { x: wider(x), weight: wider(weight), y: wider(y), attrs: wide, withBias: false };
  }
  if (axes === 2) return { ...test, attrs: linear, withBias: false };
  if (random.chance(0.5)) return asSame(test);
  const padding = random.between(0, 2);
  const reach = (axis: number): number => (weight[axis + 2]! - 1) * attrs.dilations[axis]! + 1;
  const input = x.slice(2).map((extent, axis) => Math.max(extent, reach(axis) - 2 * padding));
  const output = input.map(
    (extent, axis) => Math.floor((extent + 2 * padding - reach(axis)) / attrs.strides[axis]!) + 1,
  );
  const pads = input.map(() => padding);
  return {
    x: [...x.slice(0, 2), ...input],
    weight,
    y: [...y.slice(0, 2), ...output],
    attrs: { ...linear, padBegin: pads, padEnd: pads },
    withBias: false,
  };
}

/** Padded so that only strides make the output smaller than the input; with less than nothing where they leave a rest. */
function asSame({ attrs, x, weight, y }: ConvolutionCase): ConvolutionCase & { readonly pad: "same" } {
  const last = (shape: readonly number[]) =>
    [shape[0]!, ...shape.slice(2), shape[1]!] as [number, number, number, number, number];
  const [cOut = 0, cInGroup = 0, ...kernel] = weight;
  const info = tf.backend_util.computeConv3DInfo(
    last(x),
    [...kernel, cInGroup, cOut] as [number, number, number, number, number],
    attrs.strides as [number, number, number],
    attrs.dilations as [number, number, number],
    "same",
  );
  const { front, top, left, back, bottom, right } = info.padInfo;
  const pads = { padBegin: [front, top, left], padEnd: [back, bottom, right] };
  return {
    pad: "same",
    x,
    weight,
    y: [...y.slice(0, 2), info.outDepth, info.outHeight, info.outWidth],
    attrs: { ...attrs, ...pads, activation: "linear" },
    withBias: false,
  };
}

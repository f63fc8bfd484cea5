import * as tf from "@tensorflow/tfjs-core";
import { convolutionFields } from "../geometry.ts";
import type { NativeBackend } from "../native-backend.ts";
import { convolutionKernels } from "./depthwise.ts";

type Info2D = ReturnType<typeof tf.backend_util.computeConv2DInfo>;
type Info3D = ReturnType<typeof tf.backend_util.computeConv3DInfo>;

/** A convolution of tfjs in our terms. */
export interface StandardConvolution {
  /** `[n, cIn, ...spatial]` */
  readonly x: readonly number[];
  /** `[cOut, cIn / groups, ...kernel]` */
  readonly weight: readonly number[];
  /** `[n, cOut, ...output]` */
  readonly y: readonly number[];
  readonly isChannelsLast: boolean;
  readonly isDepthwise: boolean;
  /** Whether every output reads the one element of the input that stands at its place. */
  readonly isPointwise: boolean;
  /** Whether a kernel for each channel runs on channels-last tensors as they are. */
  readonly hasLanes: boolean;
  /** tfjs's shape of the result. */
  readonly outShape: number[];
  readonly kernels: ReturnType<typeof convolutionKernels>;
  /** What native kernels take, for an activation's code. */
  fields(backend: NativeBackend, activation: number): number[];
}

/** Attributes that tfjs's two-dimensional convolutions share. */
export interface Conv2DLike {
  readonly strides: [number, number] | number;
  readonly pad: tf.Conv2DAttrs["pad"];
  readonly dilations?: [number, number] | number;
  readonly dataFormat?: "NHWC" | "NCHW";
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

/** @param filter `[kh, kw, cIn, cOut]`, or `[kh, kw, c, multiplier]` of a depthwise one */
export function conv2dOf(
  x: readonly number[],
  filter: readonly number[],
  attrs: Conv2DLike,
  isDepthwise: boolean,
): StandardConvolution {
  const info = tf.backend_util.computeConv2DInfo(
    x as [number, number, number, number],
    filter as [number, number, number, number],
    attrs.strides,
    attrs.dilations ?? 1,
    attrs.pad,
    attrs.dimRoundingMode,
    isDepthwise,
    tf.backend_util.convertConv2DDataFormat(isDepthwise ? "NHWC" : (attrs.dataFormat ?? "NHWC")),
  );
  return translate(info, isDepthwise);
}

/** @param filter `[kd, kh, kw, cIn, cOut]` */
export function conv3dOf(
  x: readonly number[],
  filter: readonly number[],
  attrs: Pick<tf.Conv3DAttrs, "strides" | "pad"> & Partial<tf.Conv3DAttrs>,
): StandardConvolution {
  const info = tf.backend_util.computeConv3DInfo(
    x as [number, number, number, number, number],
    filter as [number, number, number, number, number],
    attrs.strides,
    attrs.dilations ?? 1,
    attrs.pad,
  );
  return translate(info, false);
}

function translate(info: Info2D | Info3D, isDepthwise: boolean): StandardConvolution {
  const isDeep = "inDepth" in info;
  const { padInfo } = info;
  const input = [...(isDeep ? [info.inDepth] : []), info.inHeight, info.inWidth];
  const output = [...(isDeep ? [info.outDepth] : []), info.outHeight, info.outWidth];
  const kernel = [...(isDeep ? [info.filterDepth] : []), info.filterHeight, info.filterWidth];
  const strides = [...(isDeep ? [info.strideDepth] : []), info.strideHeight, info.strideWidth];
  const dilations = [...(isDeep ? [info.dilationDepth] : []), info.dilationHeight, info.dilationWidth];
  const padBegin = [...("front" in padInfo ? [padInfo.front] : []), padInfo.top, padInfo.left];
  const groups = isDepthwise ? info.inChannels : 1;
  const x = [info.batchSize, info.inChannels, ...input];
  const y = [info.batchSize, info.outChannels, ...output];
  const weight = [info.outChannels, isDepthwise ? 1 : info.inChannels, ...kernel];
  const attrs = { strides, padBegin, padEnd: [], dilations, groups };
  return {
    x,
    weight,
    y,
    isChannelsLast: info.dataFormat === "channelsLast",
    isDepthwise,
    isPointwise:
      !isDepthwise &&
      tf.util.arraysEqual(input, output) &&
      [...kernel, ...strides].every((size) => size === 1) &&
      padBegin.every((size) => size === 0),
    hasLanes: isDepthwise && !isDeep && info.outChannels === info.inChannels && info.dataFormat === "channelsLast",
    outShape: info.outShape,
    kernels: convolutionKernels(isDepthwise),
    fields: ({ precision }, activation) => convolutionFields(x, weight, y, attrs, activation, precision),
  };
}

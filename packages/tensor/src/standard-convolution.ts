import * as tf from "@tensorflow/tfjs-core";

type Info2D = ReturnType<typeof tf.backend_util.computeConv2DInfo>;
type Info3D = ReturnType<typeof tf.backend_util.computeConv3DInfo>;

/** A convolution of tfjs over two or three axes, its attributes resolved and its shapes with channels first. */
export interface StandardConvolution {
  /** `[n, cIn, ...spatial]` */
  readonly x: readonly number[];
  /** `[cOut, cIn / groups, ...kernel]` */
  readonly weight: readonly number[];
  /** `[n, cOut, ...output]` */
  readonly y: readonly number[];
  readonly strides: readonly number[];
  /** Zeros before the first element of each spatial axis. */
  readonly padBegin: readonly number[];
  readonly dilations: readonly number[];
  readonly groups: number;
  readonly isDepthwise: boolean;
  /** Whether tfjs's tensors have their channels last. */
  readonly isChannelsLast: boolean;
  /** tfjs's shape of the result. */
  readonly outShape: number[];
}

/** Attributes that tfjs's two-dimensional convolutions share. */
export interface Conv2DLike {
  readonly strides: [number, number] | number;
  readonly pad: tf.Conv2DAttrs["pad"];
  readonly dilations?: [number, number] | number;
  readonly dataFormat?: "NHWC" | "NCHW";
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

/**
 * What tfjs's kernels `Conv2D` and `DepthwiseConv2dNative` mean, for backends that compute them.
 *
 * @param x tfjs's shape of the input.
 * @param filter `[kh, kw, cIn, cOut]`, or `[kh, kw, c, multiplier]` of a depthwise one.
 */
export function standardConv2d(
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

/**
 * What tfjs's kernel `Conv3D` means.
 *
 * @param x tfjs's shape of the input.
 * @param filter `[kd, kh, kw, cIn, cOut]`
 */
export function standardConv3d(
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
  const { padInfo, batchSize, inChannels, outChannels } = info;
  const input = [...(isDeep ? [info.inDepth] : []), info.inHeight, info.inWidth];
  const output = [...(isDeep ? [info.outDepth] : []), info.outHeight, info.outWidth];
  const kernel = [...(isDeep ? [info.filterDepth] : []), info.filterHeight, info.filterWidth];
  return {
    x: [batchSize, inChannels, ...input],
    weight: [outChannels, isDepthwise ? 1 : inChannels, ...kernel],
    y: [batchSize, outChannels, ...output],
    strides: [...(isDeep ? [info.strideDepth] : []), info.strideHeight, info.strideWidth],
    padBegin: [...("front" in padInfo ? [padInfo.front] : []), padInfo.top, padInfo.left],
    dilations: [...(isDeep ? [info.dilationDepth] : []), info.dilationHeight, info.dilationWidth],
    groups: isDepthwise ? inChannels : 1,
    isDepthwise,
    isChannelsLast: info.dataFormat === "channelsLast",
    outShape: info.outShape,
  };
}

import * as tf from "@tensorflow/tfjs-core";
import { axes, imageStrides, type Geometry } from "./geometry.ts";

type Info2D = ReturnType<typeof tf.backend_util.computeConv2DInfo>;
type Info3D = ReturnType<typeof tf.backend_util.computeConv3DInfo>;

/** A convolution of tfjs as our kernels take it, and the shape of its result. */
export interface StandardConvolution {
  readonly geometry: Geometry;
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
  const { padInfo, inChannels: cIn, outChannels: cOut } = info;
  const extents = axes([...(isDeep ? [info.inDepth] : []), info.inHeight, info.inWidth], 1);
  const out = axes([...(isDeep ? [info.outDepth] : []), info.outHeight, info.outWidth], 1);
  const taps = axes([...(isDeep ? [info.filterDepth] : []), info.filterHeight, info.filterWidth], 1);
  const groups = isDepthwise ? cIn : 1;
  const isChannelsLast = info.dataFormat === "channelsLast";
  const [, kh, kw] = taps;
  // A filter has the output channels last; those of a depthwise one are numbered through all input channels.
  const tapSize = isDepthwise ? cOut : cIn * cOut;
  return {
    outShape: info.outShape,
    geometry: {
      images: info.batchSize,
      groups,
      inChannels: isDepthwise ? 1 : cIn,
      outChannels: isDepthwise && cIn > 0 ? cOut / cIn : cOut,
      in: extents,
      out,
      taps,
      strides: axes([...(isDeep ? [info.strideDepth] : []), info.strideHeight, info.strideWidth], 1),
      pads: axes([...("front" in padInfo ? [padInfo.front] : []), padInfo.top, padInfo.left], 0),
      dilations: axes([...(isDeep ? [info.dilationDepth] : []), info.dilationHeight, info.dilationWidth], 1),
      x: imageStrides(cIn, extents, isChannelsLast),
      y: imageStrides(cOut, out, isChannelsLast),
      weight: { out: 1, in: isDepthwise ? 0 : cOut, at: [kh * kw * tapSize, kw * tapSize, tapSize] },
      isChannelsLast,
    },
  };
}

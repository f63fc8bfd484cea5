import { standardConv2d, standardConv3d, type StandardConvolution } from "@camada/tensor";
import { axes, imageStrides, type Geometry } from "./geometry.ts";

/** A convolution of tfjs as our kernels take it, and the shape of its result. */
export interface PlannedConvolution {
  readonly geometry: Geometry;
  readonly outShape: number[];
}

/** @param args those of `standardConv2d` */
export function conv2dOf(...args: Parameters<typeof standardConv2d>): PlannedConvolution {
  return plan(standardConv2d(...args));
}

/** @param args those of `standardConv3d` */
export function conv3dOf(...args: Parameters<typeof standardConv3d>): PlannedConvolution {
  return plan(standardConv3d(...args));
}

function plan(conv: StandardConvolution): PlannedConvolution {
  const { groups, isDepthwise, isChannelsLast } = conv;
  const [images = 0, cIn = 0, ...input] = conv.x;
  const [cOut = 0, inChannels = 0, ...kernel] = conv.weight;
  const [extents, out, taps] = [axes(input, 1), axes(conv.y.slice(2), 1), axes(kernel, 1)];
  const [, kh, kw] = taps;
  // A filter has the output channels last; those of a depthwise one are numbered through all input channels.
  const tapSize = isDepthwise ? cOut : cIn * cOut;
  return {
    outShape: conv.outShape,
    geometry: {
      images,
      groups,
      inChannels,
      outChannels: isDepthwise && cIn > 0 ? cOut / cIn : cOut,
      in: extents,
      out,
      taps,
      strides: axes(conv.strides, 1),
      pads: axes(conv.padBegin, 0),
      dilations: axes(conv.dilations, 1),
      x: imageStrides(cIn, extents, isChannelsLast),
      y: imageStrides(cOut, out, isChannelsLast),
      weight: { out: 1, in: isDepthwise ? 0 : cOut, at: [kh * kw * tapSize, kw * tapSize, tapSize] },
      isChannelsLast,
    },
  };
}

import type { ConvolutionAttrs } from "@camada/tensor";
import type { LaunchArguments } from "../driver/arguments.ts";

/** One number for each of depth, height and width. */
export type Axes = readonly [number, number, number];

/** Elements of a tensor from one place of each axis to the next. */
export interface ImageStrides {
  readonly image: number;
  readonly channel: number;
  readonly at: Axes;
}

/** The same of a weight: from one output channel to the next, one input channel, and along the kernel. */
interface WeightStrides {
  readonly out: number;
  readonly in: number;
  readonly at: Axes;
}

/** A convolution as the kernels take it, `struct Convolution` of `kernels/convolution-geometry.cuh`. */
export interface Geometry {
  readonly images: number;
  readonly groups: number;
  /** Channels of one group. */
  readonly inChannels: number;
  readonly outChannels: number;
  readonly in: Axes;
  readonly out: Axes;
  readonly taps: Axes;
  readonly strides: Axes;
  readonly pads: Axes;
  readonly dilations: Axes;
  readonly x: ImageStrides;
  readonly y: ImageStrides;
  readonly weight: WeightStrides;
  /** Whether the channels of x and y lie together. */
  readonly isChannelsLast: boolean;
}

/** Three entries, the missing leading ones neutral. */
export function axes(values: readonly number[], neutral: number): Axes {
  const [first = neutral, second = neutral, third = neutral] = values;
  if (values.length >= 3) return [first, second, third];
  return values.length === 2 ? [neutral, first, second] : [neutral, neutral, first];
}

/** Product of three extents. */
export function volume([d, h, w]: Axes): number {
  return d * h * w;
}

/** Strides of `[n, channels, d, h, w]`, or of `[n, d, h, w, channels]`. */
export function imageStrides(channels: number, extents: Axes, isChannelsLast: boolean): ImageStrides {
  const [, h, w] = extents;
  const apart = isChannelsLast ? channels : 1;
  return {
    image: channels * volume(extents),
    channel: isChannelsLast ? 1 : volume(extents),
    at: [h * w * apart, w * apart, apart],
  };
}

/**
 * The convolution of `x [n, cIn, ...]` by `weight [cOut, cIn / groups, ...]` to `y [n, cOut, ...]`, all of them channels
 * first.
 */
export function geometryOf(
  x: readonly number[],
  weight: readonly number[],
  y: readonly number[],
  { strides, padBegin, dilations, groups }: ConvolutionAttrs,
): Geometry {
  const [n = 0, cIn = 0, ...input] = x;
  const [cOut = 0, inChannels = 0, ...kernel] = weight;
  const [extents, out, taps] = [axes(input, 1), axes(y.slice(2), 1), axes(kernel, 1)];
  const [, kh, kw] = taps;
  return {
    images: n,
    groups,
    inChannels,
    outChannels: cOut / groups,
    in: extents,
    out,
    taps,
    strides: axes(strides, 1),
    pads: axes(padBegin, 0),
    dilations: axes(dilations, 1),
    x: imageStrides(cIn, extents, false),
    y: imageStrides(cOut, out, false),
    weight: { out: inChannels * volume(taps), in: volume(taps), at: [kh * kw, kw, 1] },
    isChannelsLast: false,
  };
}

/** Whether every input channel has kernels of its own. */
export function isDepthwise({ groups, inChannels }: Geometry): boolean {
  return groups > 1 && inChannels === 1;
}

/** Spatial axes that windows move along: without depth, two. */
export function spatialAxes(geometry: Geometry): 2 | 3 {
  const isFlat = [geometry.in, geometry.out, geometry.taps].every(([depth]) => depth === 1) && geometry.pads[0] === 0;
  return isFlat ? 2 : 3;
}

/** Writes the struct. */
export function writeGeometry(args: LaunchArguments, geometry: Geometry): LaunchArguments {
  const { images, groups, inChannels, outChannels, x, y, weight } = geometry;
  return args.int32(
    ...[images, groups, inChannels, outChannels],
    ...[geometry.in, geometry.out, geometry.taps, geometry.strides, geometry.pads, geometry.dilations].flat(),
    ...[x.image, x.channel, ...x.at],
    ...[y.image, y.channel, ...y.at],
    ...[weight.out, weight.in, ...weight.at],
  );
}

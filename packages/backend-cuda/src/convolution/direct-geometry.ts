import type { Defines } from "../compiler/kernel-source.ts";
import type { LaunchArguments } from "../driver/arguments.ts";
import { ARITHMETIC_CODES, type TensorCoreArithmetic } from "../matrix/arithmetic.ts";
import type { DirectSizes, WarpShape } from "./direct-costs.ts";
import { spatialAxes, type Axes, type Geometry } from "./geometry.ts";

/** A convolution of two axes as the kernels take it, `struct DirectConvolution` of `kernels/direct-geometry.cuh`. */
export interface Direct extends DirectSizes {
  readonly in: readonly [number, number];
  readonly pads: readonly [number, number];
}

const flat = ([, height, width]: Axes): readonly [number, number] => [height, width];

/** Where channels come first, there are two axes, and taps are neighbours in the weight; otherwise `undefined`. */
export function directOf(geometry: Geometry): Direct | undefined {
  const { images, groups, inChannels, outChannels, isChannelsLast, weight, taps } = geometry;
  if (isChannelsLast || spatialAxes(geometry) > 2) return undefined;
  // tfjs's own convolutions may have their weights in another order.
  if (weight.at[2] !== 1 || weight.at[1] !== taps[2]) return undefined;
  return {
    images,
    groups,
    channels: inChannels,
    outputs: outChannels,
    in: flat(geometry.in),
    out: flat(geometry.out),
    taps: flat(taps),
    strides: flat(geometry.strides),
    pads: flat(geometry.pads),
    dilations: flat(geometry.dilations),
  };
}

/** The gradient of the input as a convolution of dy by the weight turned around. */
export function turned(direct: Direct): Direct | undefined {
  const { channels, outputs, out, taps, strides, dilations, pads } = direct;
  if (strides[0] !== 1 || strides[1] !== 1) return undefined;
  const pad = (axis: 0 | 1): number => dilations[axis] * (taps[axis] - 1) - pads[axis];
  return { ...direct, channels: outputs, outputs: channels, in: out, out: direct.in, pads: [pad(0), pad(1)] };
}

/** Writes the struct. */
export function writeDirect(args: LaunchArguments, direct: Direct): LaunchArguments {
  const { images, groups, channels, outputs, taps, strides, pads, dilations } = direct;
  args.int32(images, groups, channels, outputs);
  for (const [vertical, horizontal] of [direct.in, direct.out, taps, strides, pads, dilations]) {
    args.int32(vertical, horizontal);
  }
  return args;
}

/** What kernels are specialised for by the shape of their warps and their arithmetic. */
export function shapeDefines(
  { warpRows, warpColumns, rowTiles, columnTiles }: WarpShape,
  arithmetic: TensorCoreArithmetic,
): Defines {
  return {
    WARPS_M: warpRows,
    WARPS_N: warpColumns,
    M_TILES: rowTiles,
    N_TILES: columnTiles,
    MIN_BLOCKS: 1,
    MATH: ARITHMETIC_CODES[arithmetic],
  };
}

import type { ConvolutionAttrs } from "@camada/tensor";

/** Depth, height, width; of fewer axes the first are ones. */
type Extents = readonly [number, number, number];

/**
 * A convolution as its programs see it: place `p` of the result meets place `(p * strides + k * dilations - before) / gaps`
 * of the input through tap `k`, where that is a whole number and inside.
 */
export interface Walk {
  readonly samples: number;
  readonly groups: number;
  /** Channels of a group, of the input and of the result. */
  readonly ins: number;
  readonly outs: number;
  readonly x: Extents;
  readonly kernel: Extents;
  readonly y: Extents;
  readonly strides: Extents;
  readonly dilations: Extents;
  /** Zeros before the input; below 0 so many places are left out. */
  readonly before: Extents;
  /** From one place of the input to the next, with zeros between them. */
  readonly gaps: Extents;
}

/** Texels of four channels that a group takes. */
export function texelsOf(channels: number): number {
  return Math.ceil(channels / 4);
}

/** One number for each of three axes. */
function threeAxes(values: readonly number[], neutral: number): Extents {
  const missing = Array.from({ length: 3 - values.length }, () => neutral);
  return [...missing, ...values] as unknown as Extents;
}

const ONES: Extents = [1, 1, 1];

/** @param x `[n, ...spatial, c]` @param weight `[cOut, cIn / groups, ...kernel]` @param y `[n, ...output, cOut]` */
export function forwardWalk(
  x: readonly number[],
  weight: readonly number[],
  y: readonly number[],
  attrs: ConvolutionAttrs,
): Walk {
  return {
    samples: x[0]!,
    groups: attrs.groups,
    ins: weight[1]!,
    outs: weight[0]! / attrs.groups,
    x: threeAxes(x.slice(1, -1), 1),
    kernel: threeAxes(weight.slice(2), 1),
    y: threeAxes(y.slice(1, -1), 1),
    strides: threeAxes(attrs.strides, 1),
    dilations: threeAxes(attrs.dilations, 1),
    before: threeAxes(attrs.padBegin, 0),
    gaps: ONES,
  };
}

/** The walk of the same convolution from the gradient of its result to that of its input, with the taps turned around. */
export function backwardWalk(forward: Walk): Walk {
  const { kernel, dilations, before } = forward;
  return {
    ...forward,
    ins: forward.outs,
    outs: forward.ins,
    x: forward.y,
    y: forward.x,
    strides: ONES,
    before: kernel.map((extent, i) => dilations[i]! * (extent - 1) - before[i]!) as unknown as Extents,
    gaps: forward.strides,
  };
}

/** Extents of a convolution's result. @param x `[n, ...spatial, c]` */
export function outputExtents(x: readonly number[], weight: readonly number[], attrs: ConvolutionAttrs): number[] {
  return x.slice(1, -1).map((extent, axis) => {
    const reach = attrs.dilations[axis]! * (weight[axis + 2]! - 1) + 1;
    const room = extent + attrs.padBegin[axis]! + attrs.padEnd[axis]! - reach;
    return Math.floor(room / attrs.strides[axis]!) + 1;
  });
}

const EXTENTS = ["x", "kernel", "y", "strides", "dilations", "before", "gaps"] as const;
const AXES = ["D", "H", "W"] as const;

/** Numbers of programs that walk: `xD`, `xH` and so on. Programs fix what is along rows in their code. */
export function walkNumbers(walk: Walk): Record<string, number> {
  return Object.fromEntries(EXTENTS.flatMap((name) => AXES.map((axis, i) => [`${name}${axis}`, walk[name][i]!])));
}

/**
 * GLSL: a function that finds the row of the input, `before` and `gaps` regarded, that a row of the result meets; below 0
 * there is none.
 */
export const ROW_OF_INPUT = `
  int placeOfInput(int place, int before, int gap, int extent) {
    int at = place - before;
    if (at < 0) return -1;
    int whole = over(at, gap);
    return whole * gap != at || whole >= extent ? -1 : whole;
  }
  int rowOfInput(int image, int z, int r, int kz, int kr) {
    int depth = placeOfInput(z * stridesD + kz * dilationsD, beforeD, gapsD, xD);
    int row = placeOfInput(r * stridesH + kr * dilationsH, beforeH, gapsH, xH);
    return depth < 0 || row < 0 ? -1 : (image * xD + depth) * xH + row;
  }`;

/** The numbers that {@link ROW_OF_INPUT} reads. */
export const ROW_NUMBERS = ["stridesD", "dilationsD", "beforeD", "gapsD", "xD"].flatMap((name) => [
  name,
  name.replace("D", "H"),
]);

/** GLSL: takes the last axis, of an extent, off a flat place and gives the place along it. */
export const LAST_OF = `
  int lastOf(inout int place, int extent) {
    int others = over(place, extent);
    int last = place - others * extent;
    place = others;
    return last;
  }`;

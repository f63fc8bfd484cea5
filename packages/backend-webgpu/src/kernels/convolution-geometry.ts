import type { ConvolutionAttrs } from "@camada/tensor";
import type { KernelProgram } from "../kernel-program.ts";
import type { Numbers } from "../kernel-numbers.ts";

/** Three spatial extents; of fewer axes the first are ones. */
export type Extents = readonly [number, number, number];

/** A convolution without padding. */
export interface PlainConvolution {
  readonly samples: number;
  readonly groups: number;
  /** Channels of a group, of the input and of the output. */
  readonly ins: number;
  readonly outs: number;
  readonly x: Extents;
  readonly kernel: Extents;
  readonly y: Extents;
  readonly strides: Extents;
  readonly dilations: Extents;
}

const EXTENTS = ["x", "kernel", "y", "strides", "dilations"] as const;
const AXES = ["D", "H", "W"] as const;

/** The numbers of every kernel of convolution: `xD`, `xH`, `xW`, `kernelD` and so on. */
export const CONVOLUTION_FIELDS: KernelProgram["numbers"] = Object.fromEntries(
  ["samples", "groups", "ins", "outs", ...EXTENTS.flatMap((name) => AXES.map((axis) => `${name}${axis}`))].map(
    (name) => [name, "i32" as const],
  ),
);

/** @returns the values of {@link CONVOLUTION_FIELDS}. */
export function convolutionNumbers(plain: PlainConvolution): Numbers {
  const { samples, groups, ins, outs } = plain;
  const extents = EXTENTS.flatMap((name) => AXES.map((axis, i) => [`${name}${axis}`, plain[name][i]!] as const));
  return { samples, groups, ins, outs, ...Object.fromEntries(extents) };
}

/** One number for each of three axes. */
export function threeAxes(values: readonly number[], neutral: number): Extents {
  const missing = Array.from({ length: 3 - values.length }, () => neutral);
  return [...missing, ...values] as unknown as Extents;
}

/** Extents of a convolution's result. */
export function outputExtents(x: readonly number[], weight: readonly number[], attrs: ConvolutionAttrs): number[] {
  return x.slice(2).map((extent, axis) => {
    const reach = attrs.dilations[axis]! * (weight[axis + 2]! - 1) + 1;
    const room = extent + attrs.padBegin[axis]! + attrs.padEnd[axis]! - reach;
    return Math.floor(room / attrs.strides[axis]!) + 1;
  });
}

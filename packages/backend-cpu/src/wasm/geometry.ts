import type { ConvolutionAttrs, PoolAttrs } from "@camada/tensor";
import type { HeapBackend } from "./heap-backend.ts";
import type { Address } from "./module.ts";

/** Room for either of the structures below. */
export const GEOMETRY_BYTES = 128;

/** A convolution in the terms of our kernels: rank 3, 4 or 5 tensors all become three spatial axes. */
export interface ConvolutionPlan {
  readonly n: number;
  readonly cIn: number;
  readonly cOut: number;
  readonly groups: number;
  /** `cIn / groups` */
  readonly cInGroup: number;
  /** `cOut / groups` */
  readonly cOutGroup: number;
  /** Terms of an output's sum: `cIn / groups` times the kernel's elements. */
  readonly taps: number;
  /** Output elements of one channel of one image. */
  readonly positions: number;
  /** Fields of `assembly/geometry.ts`. */
  readonly fields: readonly number[];
}

/** Describes the convolution of `x [n, cIn, ...]` by `weight [cOut, cIn / groups, ...]` to `y [n, cOut, ...]`. */
export function planConvolution(
  x: readonly number[],
  weight: readonly number[],
  y: readonly number[],
  attrs: ConvolutionAttrs,
): ConvolutionPlan {
  const [n = 0, cIn = 0, ...input] = x;
  const [cOut = 0, cInGroup = 0, ...kernel] = weight;
  const output = y.slice(2);
  return {
    n,
    cIn,
    cOut,
    groups: attrs.groups,
    cInGroup,
    cOutGroup: cOut / attrs.groups,
    taps: cInGroup * product(kernel),
    positions: product(output),
    fields: [
      cIn,
      ...axes(input, 1),
      ...axes(output, 1),
      ...axes(kernel, 1),
      ...axes(attrs.strides, 1),
      ...axes(attrs.padBegin, 0),
      ...axes(attrs.dilations, 1),
    ],
  };
}

/** `[n, channels, positions]` read one element for each position: im2col of a 1 x 1 kernel. */
export function planPointwise(channels: number, positions: number): readonly number[] {
  return [channels, 1, 1, positions, 1, 1, positions, 1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1];
}

/** Fields of `assembly/pool-geometry.ts`. */
export function poolFields(x: readonly number[], attrs: PoolAttrs): readonly number[] {
  return [
    ...axes(x.slice(2), 1),
    ...axes(attrs.outputSize, 1),
    ...axes(attrs.kernel, 1),
    ...axes(attrs.strides, 1),
    ...axes(attrs.padBegin, 0),
    ...axes(attrs.padEnd, 0),
    attrs.countIncludePad ? 1 : 0,
  ];
}

/** Output shape of a convolution, `[n, cOut, ...output]`. */
export function convolutionShape(x: readonly number[], weight: readonly number[], attrs: ConvolutionAttrs): number[] {
  const output = x.slice(2).map((size, axis) => {
    const reach = ((weight[axis + 2] ?? 1) - 1) * (attrs.dilations[axis] ?? 1) + 1;
    const padded = size + (attrs.padBegin[axis] ?? 0) + (attrs.padEnd[axis] ?? 0);
    return Math.max(Math.floor((padded - reach) / (attrs.strides[axis] ?? 1)) + 1, 0);
  });
  return [x[0] ?? 0, weight[0] ?? 0, ...output];
}

/** Writes the fields of a structure. */
export function writeFields(backend: HeapBackend, address: Address, fields: readonly number[]): void {
  backend.ints(address, fields.length).set(fields);
}

/** Product of sizes. */
export function product(sizes: readonly number[]): number {
  return sizes.reduce((result, size) => result * size, 1);
}

/** Three axes, the missing leading ones neutral. */
function axes(values: readonly number[], neutral: number): number[] {
  return [...Array.from({ length: 3 - values.length }, () => neutral), ...values];
}

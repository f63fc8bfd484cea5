import type { ConvolutionAttrs } from "@camada/tensor";

/** Three entries, the missing leading ones neutral: kernels know three spatial axes. */
export function axes(values: readonly number[], neutral: number): number[] {
  return [...Array.from({ length: 3 - values.length }, () => neutral), ...values];
}

/**
 * A convolution of `x [n, cIn, ...]` by `weight [cOut, cIn / groups, ...]` to `y [n, cOut, ...]` as native kernels take
 * it: sizes, then spatial extents of x, y and kernel, strides, padding before, dilations, activation and arithmetic.
 */
export function convolutionFields(
  x: readonly number[],
  weight: readonly number[],
  y: readonly number[],
  { strides, padBegin, dilations, groups }: ConvolutionAttrs,
  activation: number,
  arithmetic: number,
): number[] {
  const [n = 0, cIn = 0, ...input] = x;
  const [cOut = 0, , ...kernel] = weight;
  return [
    ...[n, cIn, cOut, groups],
    ...axes(input, 1),
    ...axes(y.slice(2), 1),
    ...axes(kernel, 1),
    ...axes(strides, 1),
    ...axes(padBegin, 0),
    ...axes(dilations, 1),
    ...[activation, arithmetic],
  ];
}

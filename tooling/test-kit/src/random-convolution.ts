import type { ConvolutionGeometry } from "./convolution-products.ts";
import { ACTIVATION_NAMES, type ActivationName } from "./exact-activations.ts";
import { sizeOf, type RandomCase } from "./random-case.ts";

/** Geometry and activation of one convolution. */
export interface ConvolutionCase {
  readonly x: readonly number[];
  readonly weight: readonly number[];
  readonly y: readonly number[];
  readonly attrs: ConvolutionGeometry & { readonly activation: ActivationName };
  readonly withBias: boolean;
}

/** Products that the float64 reference has time for. */
const MOST_PRODUCTS = 16_000;

/**
 * A convolution over one to three axes with any stride, padding (wider than the kernel too), dilation and groups.
 * @param isDepthwise whether every input channel is a group of its own.
 */
export function randomConvolution(random: RandomCase, isDepthwise = false): ConvolutionCase {
  for (;;) {
    const candidate = anyConvolution(random, isDepthwise);
    const products = sizeOf(candidate.y) * sizeOf(candidate.weight.slice(1));
    if (products <= MOST_PRODUCTS && sizeOf(candidate.x) <= MOST_PRODUCTS) return candidate;
  }
}

function anyConvolution(random: RandomCase, isDepthwise: boolean): ConvolutionCase {
  const axes = random.oneOf([1, 2, 2, 2, 3]);
  const each = (make: (axis: number) => number): number[] => Array.from({ length: axes }, (_, axis) => make(axis));
  const groups = isDepthwise ? random.extent() : random.oneOf([1, 1, 1, 2, 3, 4]);
  const cInGroup = isDepthwise ? 1 : random.extent(random.oneOf([3, 17, 33]));
  const cOutGroup = isDepthwise ? random.oneOf([1, 1, 1, 2, 3]) : random.extent(random.oneOf([3, 17, 33]));
  const kernel = each(() => random.oneOf([1, 1, 2, 3, 3, 4, 5, 7]));
  const strides = each(() => random.oneOf([1, 1, 1, 2, 3]));
  const dilations = each(() => random.oneOf([1, 1, 1, 2, 3]));
  const padBegin = each((axis) => random.oneOf([0, 0, Math.floor(kernel[axis]! / 2), random.between(0, 9)]));
  const padEnd = each((axis) => random.oneOf([padBegin[axis]!, padBegin[axis]!, random.between(0, 4)]));
  const input = each((axis) => {
    const reach = (kernel[axis]! - 1) * dilations[axis]! + 1;
    const least = Math.max(1, reach - padBegin[axis]! - padEnd[axis]!);
    return Math.max(least, axis === axes - 1 ? random.extent(axes === 1 ? 70 : 36) : random.between(1, 9));
  });
  const output = each((axis) => {
    const reach = (kernel[axis]! - 1) * dilations[axis]! + 1;
    return Math.floor((input[axis]! + padBegin[axis]! + padEnd[axis]! - reach) / strides[axis]!) + 1;
  });
  const n = random.oneOf([1, 1, 2, 3, 5]);
  return {
    x: [n, groups * cInGroup, ...input],
    weight: [groups * cOutGroup, cInGroup, ...kernel],
    y: [n, groups * cOutGroup, ...output],
    attrs: { strides, padBegin, padEnd, dilations, groups, activation: random.oneOf(ACTIVATION_NAMES) },
    withBias: random.chance(0.7),
  };
}

import type { PadPair, ShapedArray } from "../src/index.ts";

/** An array of any rank as nested lists. */
export type Nested = number | Nested[];

/** Small integers that differ from place to place, so that every sum in a test is exact. */
export function integersOf(shape: readonly number[], seed: number): ShapedArray<Float64Array> {
  let state = seed * 2654435761 + 1;
  const length = shape.reduce((product, size) => product * size, 1);
  const data = Float64Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return ((state >>> 16) % 19) - 9;
  });
  return { shape, data };
}

/** Cuts a flat array along its shape. */
export function nest({ shape, data }: ShapedArray): Nested {
  const [size, ...rest] = shape;
  if (size === undefined) return data[0]!;
  const stride = data.length / size;
  const flat = Array.from(data);
  return Array.from({ length: size }, (_, i) => nest({ shape: rest, data: flat.slice(i * stride, (i + 1) * stride) }));
}

/**
 * Convolution in another way than the reference: pads for real, stuffs the kernel with zeros for dilation, correlates
 * axis by axis through recursion at stride 1, and drops what the stride skips.
 */
export function convolveNested(
  x: ShapedArray,
  weight: ShapedArray,
  options: { strides: number[]; padding: PadPair[]; dilation: number[]; groups: number; bias?: number[] },
): Nested {
  const { strides, padding, dilation, groups, bias } = options;
  const images = nest(x) as Nested[][];
  const filters = nest(weight) as Nested[][];
  const inGroup = weight.shape[1]!;
  return images.map((planes) => {
    const padded = planes.map((plane) => pad(plane, padding));
    return filters.map((filter, o) => {
      const group = Math.floor((o * groups) / filters.length);
      const parts = filter.map((kernel, c) => correlate(padded[group * inGroup + c]!, stuff(kernel, dilation)));
      return plus(subsample(parts.reduce(add), strides), bias?.[o] ?? 0);
    });
  });
}

function zerosLike(value: Nested): Nested {
  return typeof value === "number" ? 0 : value.map(zerosLike);
}

function pad(value: Nested, padding: readonly PadPair[]): Nested {
  if (typeof value === "number") return value;
  const [[before, after], ...rest] = padding as [PadPair, ...PadPair[]];
  const inner = value.map((entry) => pad(entry, rest));
  const zeros = (count: number) => Array.from({ length: count }, () => zerosLike(inner[0]!));
  return [...zeros(before), ...inner, ...zeros(after)];
}

function stuff(kernel: Nested, dilation: readonly number[]): Nested {
  if (typeof kernel === "number") return kernel;
  const [gap, ...rest] = dilation as [number, ...number[]];
  const inner = kernel.map((entry) => stuff(entry, rest));
  return inner.flatMap((entry, i) =>
    i === 0 ? [entry] : [...Array.from({ length: gap - 1 }, () => zerosLike(entry)), entry],
  );
}

function correlate(x: Nested, kernel: Nested): Nested {
  if (typeof x === "number" || typeof kernel === "number") return (x as number) * (kernel as number);
  return Array.from({ length: x.length - kernel.length + 1 }, (_, i) =>
    kernel.map((entry, j) => correlate(x[i + j]!, entry)).reduce(add),
  );
}

function subsample(value: Nested, strides: readonly number[]): Nested {
  if (typeof value === "number") return value;
  return value.filter((_, i) => i % strides[0]! === 0).map((entry) => subsample(entry, strides.slice(1)));
}

function add(a: Nested, b: Nested): Nested {
  if (typeof a === "number" || typeof b === "number") return (a as number) + (b as number);
  return a.map((entry, i) => add(entry, b[i]!));
}

function plus(value: Nested, bias: number): Nested {
  return typeof value === "number" ? value + bias : value.map((entry) => plus(entry, bias));
}

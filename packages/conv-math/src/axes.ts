import { ShapeError } from "./errors.ts";

/** One number for every spatial axis, or one number per axis, outermost first. */
export type PerAxis = number | readonly number[];

/** Padding before the first and after the last element of one axis. */
export type PadPair = readonly [before: number, after: number];

/**
 * Zeros added around the spatial axes: one number for both ends of every axis, or one entry per axis, each a number (both
 * ends) or a pair `[before, after]`. `[1, 2]` pads height by 1 and width by 2 on each side; `[[1, 2], 0]` pads only the
 * height, 1 at the top and 2 at the bottom.
 */
export type Padding = number | readonly (number | PadPair)[];

/**
 * Spreads an option over the spatial axes and checks it.
 *
 * @param op Name of the operation for the error, e.g. `conv2d`.
 * @param name Name of the option for the error, e.g. `kernelSize`.
 * @param value One integer, or `spatialRank` integers.
 * @param spatialRank Number of spatial axes, 1 to 3.
 * @param minimum Smallest allowed entry, default 1.
 * @returns `spatialRank` integers.
 * @throws ShapeError when the length is wrong or an entry is no integer of at least `minimum`.
 */
export function perAxis(op: string, name: string, value: PerAxis, spatialRank: number, minimum = 1): number[] {
  const entries = spread<number>(value, spatialRank);
  if (entries === undefined || !entries.every((entry) => isInteger(entry, minimum))) {
    throw new ShapeError(op, `${name} to be ${countOf(spatialRank)} of at least ${minimum}`, show(value));
  }
  return [...entries];
}

/**
 * Spreads padding over the spatial axes and checks it.
 *
 * @param op Name of the operation for the error.
 * @param padding See {@link Padding}.
 * @param spatialRank Number of spatial axes, 1 to 3.
 * @returns One pair `[before, after]` per axis.
 * @throws ShapeError when the length is wrong or an entry is neither an integer of at least 0 nor a pair of them.
 */
export function paddingPerAxis(op: string, padding: Padding, spatialRank: number): PadPair[] {
  const pairs = spread<number | PadPair>(padding, spatialRank)?.map((entry): readonly number[] =>
    typeof entry === "number" ? [entry, entry] : entry,
  );
  if (pairs === undefined || !pairs.every(isPadPair)) {
    const expected = `padding to be ${countOf(spatialRank)} of at least 0, or pairs [before, after] of them`;
    throw new ShapeError(op, expected, show(padding));
  }
  return pairs;
}

/**
 * The value of an option, once it is found to be an integer.
 *
 * @param op Name of the operation for the error.
 * @param name Name of the option for the error.
 * @param value What was given.
 * @param minimum Smallest allowed value.
 * @throws ShapeError when it is no integer of at least `minimum`.
 */
export function requireInteger(op: string, name: string, value: number, minimum: number): number {
  if (isInteger(value, minimum)) return value;
  throw new ShapeError(op, `${name} to be an integer of at least ${minimum}`, show(value));
}

/**
 * Checks `[first, second, ...spatial]` with one to three spatial axes and no extent below 1.
 *
 * @param axes The axes in words, e.g. `[n, c, ...spatial]`.
 */
export function requireSpatialShape(op: string, name: string, axes: string, shape: readonly number[]): void {
  if (!Array.isArray(shape) || shape.length < 3 || shape.length > 5 || !shape.every((size) => isInteger(size, 1))) {
    throw new ShapeError(op, `${name} to be ${axes} with 1 to 3 spatial axes, all at least 1`, show(shape));
  }
}

/** A value as an error message shows it: `[1, [2, 3]]`, `"same"`, `2.5`. */
export function show(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  return typeof value === "string" ? `"${value}"` : String(value);
}

/** A shape as an error message shows it: `[8, 3, 32, 32]`. */
export function shapeText(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}

/** Product of all entries: the number of elements of a shape, 1 for `[]`. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Every multi-index of an array of this shape, in row-major order. */
export function* positionsIn(shape: readonly number[]): Generator<number[]> {
  const [size, ...rest] = shape;
  if (size === undefined) {
    yield [];
    return;
  }
  for (let first = 0; first < size; first++) {
    for (const others of positionsIn(rest)) yield [first, ...others];
  }
}

function spread<T>(value: number | readonly T[], spatialRank: number): readonly (T | number)[] | undefined {
  if (typeof value === "number") return Array.from({ length: spatialRank }, () => value);
  return Array.isArray(value) && value.length === spatialRank ? value : undefined;
}

function isInteger(value: unknown, minimum: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= minimum;
}

function isPadPair(pair: unknown): pair is PadPair {
  return Array.isArray(pair) && pair.length === 2 && pair.every((side) => isInteger(side, 0));
}

function countOf(spatialRank: number): string {
  return spatialRank === 1 ? "one integer" : `one integer or ${spatialRank} integers`;
}

import { Tensor } from "@tensorflow/tfjs-core";

/** Numbers of one kind, flat in row-major order. */
export type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array;

/** Arrays of numbers or booleans nested to any depth, or one number. */
export type Nested = number | boolean | readonly Nested[];

/** What the comparisons accept: a tensor, flat typed values, or nested arrays. */
export type Values = Tensor | TypedArray | Nested;

/** Values read out of {@link Values}; a typed array carries no shape, so its shape is `undefined`. */
export interface ReadValues {
  readonly shape: readonly number[] | undefined;
  readonly data: ArrayLike<number>;
}

/**
 * Reads any form of values into a flat row-major list and its shape.
 * @throws {RangeError} when nested arrays are ragged.
 */
export function readValues(values: Values): ReadValues {
  if (values instanceof Tensor) return { shape: values.shape, data: values.dataSync() };
  if (ArrayBuffer.isView(values)) return { shape: undefined, data: values };
  const shape = shapeOf(values);
  const data: number[] = [];
  collect(values, shape, 0, data);
  return { shape, data };
}

function shapeOf(nested: Nested): number[] {
  const shape: number[] = [];
  for (let level: Nested | undefined = nested; Array.isArray(level); level = level[0]) shape.push(level.length);
  return shape;
}

function collect(nested: Nested, shape: readonly number[], axis: number, into: number[]): void {
  if (axis === shape.length) {
    if (typeof nested !== "number" && typeof nested !== "boolean") throw ragged(axis);
    into.push(Number(nested));
    return;
  }
  if (!Array.isArray(nested) || nested.length !== shape[axis]) throw ragged(axis);
  for (const part of nested) collect(part as Nested, shape, axis + 1, into);
}

function ragged(axis: number): RangeError {
  return new RangeError(`readValues: expected nested arrays of one length per axis, got a ragged axis ${axis}`);
}

/** Turns a flat row-major index into one index per axis, printed as `[i, j]`. */
export function indexText(flat: number, shape: readonly number[] | undefined): string {
  if (shape === undefined) return `[${flat}]`;
  const index: number[] = [];
  let rest = flat;
  for (const size of shape.toReversed()) {
    index.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return `[${index.join(", ")}]`;
}

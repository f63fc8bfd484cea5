import { show, sizeOf } from "./axes.ts";
import { ShapeError } from "./errors.ts";

/** Numbers with a shape, row-major: the last axis runs fastest. */
export interface ShapedArray<Data extends ArrayLike<number> = ArrayLike<number>> {
  readonly shape: readonly number[];
  readonly data: Data;
}

/** Checks that an array holds as many numbers as its shape says. */
export function requireFilled(op: string, name: string, { shape, data }: ShapedArray): void {
  if (data.length !== sizeOf(shape)) {
    throw new ShapeError(op, `${name} ${show([...shape])} to hold ${sizeOf(shape)} numbers`, `${data.length}`);
  }
}

/** Checks a bias of one number per output channel. */
export function requireBias(op: string, bias: ArrayLike<number> | undefined, channels: number): void {
  if (bias !== undefined && bias.length !== channels) {
    throw new ShapeError(op, `bias to hold ${channels} numbers, one per output channel`, `${bias.length}`);
  }
}

/** Checks that an array has exactly this shape. */
export function requireShape(op: string, name: string, shape: readonly number[], expected: readonly number[]): void {
  if (shape.length !== expected.length || shape.some((size, axis) => size !== expected[axis])) {
    throw new ShapeError(op, `${name} of shape ${show([...expected])}`, show([...shape]));
  }
}

import { ShapeError } from "@camada/conv-math";

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Whether two shapes are equal. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** A shape as errors show it: `[8, 3, 32, 32]`. */
export function shapeText(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}

/**
 * Whether every dimension is known. Zero stands for an unknown one, as in Gluon.
 */
export function isKnown(shape: readonly number[]): boolean {
  return shape.every((size) => size > 0);
}

/** Axis number from one that may count from the end. @throws {ShapeError} when there is no such axis. */
export function positiveAxis(op: string, axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || positive < 0 || positive >= rank) {
    throw new ShapeError(op, `an axis from ${-rank} to ${rank - 1}`, String(axis));
  }
  return positive;
}

/** Every axis of a tensor but one. */
export function otherAxes(rank: number, axis: number): number[] {
  return Array.from({ length: rank }, (_, i) => i).filter((i) => i !== axis);
}

/** @throws {ShapeError} when a batch has another number of axes. */
export function requireRank(op: string, shape: readonly number[], rank: number): void {
  if (shape.length !== rank) throw new ShapeError(op, `x of rank ${rank}`, `rank ${shape.length}, ${shapeText(shape)}`);
}

/** The option itself. @throws {ShapeError} unless it is a whole number of at least `least`. */
export function requireWhole(op: string, name: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new ShapeError(op, `${name} to be a whole number of at least ${least}`, String(value));
}

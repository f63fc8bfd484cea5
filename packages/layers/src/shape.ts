import { ShapeError, shapeText } from "@camada/conv-math";

/** Whether two shapes are equal. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
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

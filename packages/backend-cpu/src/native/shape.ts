/** Number of elements. */
export function product(shape: readonly number[]): number {
  return shape.reduce((size, extent) => size * extent, 1);
}

/** Elements from one place of each axis to the next, in a dense tensor. */
export function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, axis) => product(shape.slice(axis + 1)));
}

/** Ones in front, up to a rank. */
export function padRank(shape: readonly number[], rank: number): number[] {
  return [...Array.from({ length: rank - shape.length }, () => 1), ...shape];
}

/** A tensor seen as `[outer, length, inner]` around one of its axes. */
export function around(shape: readonly number[], axis: number): [outer: number, length: number, inner: number] {
  return [product(shape.slice(0, axis)), shape[axis] ?? 1, product(shape.slice(axis + 1))];
}

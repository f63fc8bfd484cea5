import { util } from "@tensorflow/tfjs-core";

/** A tensor seen as `[outer, length, inner]` around one of its axes. */
export function around(shape: readonly number[], axis: number): [outer: number, length: number, inner: number] {
  const [before, after] = [shape.slice(0, axis), shape.slice(axis + 1)];
  return [util.sizeFromShape(before), shape[axis] ?? 1, util.sizeFromShape(after)];
}

import { ShapeError } from "@camada/conv-math";

/** One number for every spatial axis, or one per axis. */
export type PerAxis = number | readonly number[];

/**
 * One whole number per spatial axis from an option that may be a single number.
 * @param least smallest value that makes sense, e.g. 1 for a stride, 0 for padding.
 * @throws {ShapeError} for another count of entries, a fraction, or a value below `least`.
 */
export function perAxis(op: string, name: string, value: PerAxis, axes: number, least: number): number[] {
  const values = typeof value === "number" ? Array.from({ length: axes }, () => value) : [...value];
  if (values.length !== axes) {
    throw new ShapeError(
      op,
      `${name} to be a number or ${axes} numbers, one per spatial axis`,
      `[${values.join(", ")}]`,
    );
  }
  for (const entry of values) {
    if (!Number.isSafeInteger(entry) || entry < least) {
      throw new ShapeError(op, `${name} to hold whole numbers of at least ${least}`, `[${values.join(", ")}]`);
    }
  }
  return values;
}

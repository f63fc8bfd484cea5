/** Times of one kind of work, summed up; milliseconds. */
export interface Summary {
  readonly medianMs: number;
  readonly minMs: number;
  readonly maxMs: number;
}

/**
 * The middle of some numbers: of an even count, the mean of the two in the middle.
 * @param values at least one
 * @throws {RangeError} without a value
 */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  if (upper === undefined || lower === undefined) throw new RangeError("median: expected at least one value, got none");
  return (lower + upper) / 2;
}

/**
 * Median, least and greatest of some times.
 * @param timesMs at least one, in milliseconds
 * @throws {RangeError} without a time
 */
export function summarize(timesMs: readonly number[]): Summary {
  return { medianMs: median(timesMs), minMs: Math.min(...timesMs), maxMs: Math.max(...timesMs) };
}

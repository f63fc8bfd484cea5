/** Rows of a tile: lanes of a panel of the left factor. */
export const ROWS = 4;
/** Columns of a tile: lanes of a panel of the right factor. */
export const COLUMNS = 8;

/** Depth of a packed block: a panel of 4 and one of 8 lanes then fit the first-level cache. */
const MAX_DEPTH = 512;
/** Float32 of a packed block of columns: a quarter MiB, which leaves room in the second-level cache. */
const BLOCK_FLOATS = 65536;
const MIN_COLUMNS = 64;
const MAX_COLUMNS = 512;

/** A stretch `[start, end)`. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly size: number;
}

/** Splits `total` into equal stretches of at most `limit`, each but the last a multiple of `multiple`; 0 is one stretch. */
export function split(total: number, limit: number, multiple = 1): Stretch[] {
  if (total === 0) return [{ start: 0, end: 0, size: 0 }];
  const count = Math.ceil(total / limit);
  const size = roundUp(Math.ceil(total / count), multiple);
  const stretches: Stretch[] = [];
  for (let start = 0; start < total; start += size) {
    const end = Math.min(start + size, total);
    stretches.push({ start, end, size: end - start });
  }
  return stretches;
}

/** Stretches of a sum's terms. */
export function splitDepth(depth: number): Stretch[] {
  return split(depth, MAX_DEPTH);
}

/** Stretches of columns whose packed block, `depth` deep, stays in the cache. */
export function splitColumns(columns: number, depth: number): Stretch[] {
  const limit = Math.min(Math.max(BLOCK_FLOATS / depth, MIN_COLUMNS), MAX_COLUMNS);
  return split(columns, roundUp(limit, COLUMNS), COLUMNS);
}

/** Lanes of the left factor with those that fill the last panel. */
export function roundUpRows(rows: number): number {
  return roundUp(rows, ROWS);
}

/** Lanes of the right factor with those that fill the last panel. */
export function roundUpColumns(columns: number): number {
  return roundUp(columns, COLUMNS);
}

/** Size of the largest stretch. */
export function largest(stretches: readonly Stretch[]): number {
  return stretches[0]?.size ?? 0;
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}

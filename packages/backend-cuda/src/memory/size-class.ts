/** The least block, and what every size is a multiple of: the driver aligns to it too. */
const LEAST_BYTES = 512;

/** Steps between two powers of two: at most an eighth of a block is wasted. */
const STEPS = 8;

/** The size of the blocks that serve a request: the next of 512, 1024, …, then eight steps to each power of two. */
export function sizeClass(sizeBytes: number): number {
  if (sizeBytes <= LEAST_BYTES) return LEAST_BYTES;
  const octave = 2 ** Math.floor(Math.log2(sizeBytes));
  const step = Math.max(LEAST_BYTES, octave / STEPS);
  return Math.ceil(sizeBytes / step) * step;
}

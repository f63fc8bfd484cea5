/** How threads share the elements of a factor: `Lanes` of `kernels/tile-operand.cuh`. */
export const LANES = {
  /** Neighbouring threads have neighbouring rows. */
  rows: 0,
  /** Neighbouring threads have neighbours along the inner axis. */
  inner: 1,
  /** The same, four to a thread: their offsets are multiples of four, and so is the inner extent. */
  innerQuads: 2,
} as const;

/** One of {@link LANES}. */
export type Lanes = (typeof LANES)[keyof typeof LANES];

/** Lanes of a factor of `inner` terms whose neighbours are `innerStride` elements apart. */
export function lanesOf(inner: number, innerStride: number, otherStrides: readonly number[]): Lanes {
  if (innerStride !== 1) return LANES.rows;
  return quadsIfAligned([inner, ...otherStrides]);
}

/** Four to a thread if all of these are multiples of four. */
export function quadsIfAligned(numbers: readonly number[]): Lanes {
  return numbers.every((number) => number % 4 === 0) ? LANES.innerQuads : LANES.inner;
}

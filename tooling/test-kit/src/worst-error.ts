/** Half the distance of 1 to the next float32: the largest relative error of one rounding. */
export const UNIT = 2 ** -24;

/** Float64 sums of products, with what bounds the error of float32 sums of the same products. */
export interface Sums {
  readonly data: Float64Array;
  /** Sum of the absolute products of each. */
  readonly magnitude: Float64Array;
  /** How many products each has. */
  readonly terms: Int32Array;
}

export function emptySums(count: number): Sums {
  return { data: new Float64Array(count), magnitude: new Float64Array(count), terms: new Int32Array(count) };
}

/** Distance of float32 numbers around a value. */
function ulpAt(value: number): number {
  return 2 ** (Math.max(Math.floor(Math.log2(Math.abs(value))), -126) - 23);
}

const LARGEST = 3.4028234663852886e38;

/** What float32 makes of an exact value: its own largest number ends at half the next distance. */
function toFloat32Range(value: number): number {
  return Math.abs(value) > LARGEST + 2 ** 103 ? Math.sign(value) * Infinity : value;
}

/** The largest error of a kernel over many configurations. */
export class WorstError {
  /** As a multiple of the bound: above 1 the kernel is wrong. */
  overBound = 0;
  /** As a multiple of the sum of absolute products. */
  relative = 0;
  /** Configuration of the error that is the largest multiple of its bound. */
  where = "";

  /**
   * Compares float32 results of sums of products with float64. In any order, with or without fused multiply-add, `n`
   * products are off by at most `n u / (1 - n u)` times the sum of the absolute products, `u = 2^-24` (Higham, Accuracy
   * and Stability of Numerical Algorithms, 3.1).
   * @param extraRoundings of every product: those in which its factors were computed, with bias and activation.
   * @param doubts what each sum may be off besides, where its factors are not known exactly.
   */
  addSums(
    label: string,
    actual: ArrayLike<number>,
    expected: Sums,
    extraRoundings = 0,
    doubts?: ArrayLike<number>,
  ): void {
    if (actual.length !== expected.data.length) this.#note(Infinity, Infinity, `${label}: ${actual.length} elements`);
    for (let i = 0; i < expected.data.length; i++) {
      const roundings = (expected.terms[i]! + extraRoundings) * UNIT;
      const magnitude = expected.magnitude[i]!;
      // A result below the normal numbers may be flushed to 0.
      const bound = (roundings / (1 - roundings)) * magnitude + 2 ** -126 + (doubts?.[i] ?? 0);
      this.addValue(label, actual[i]!, expected.data[i]!, bound, magnitude);
    }
  }

  /**
   * @param bound largest allowed absolute error.
   * @param scale what the reported relative error is relative to.
   */
  addValue(label: string, actual: number, expected: number, bound: number, scale: number): void {
    if (Object.is(actual, expected)) return;
    const error = Math.abs(actual - expected);
    if (error === 0) return;
    if (Number.isNaN(error)) this.#note(Infinity, Infinity, label);
    else this.#note(error / bound, error / scale, label);
  }

  /**
   * Compares a float32 result with the exact one.
   * @param ulps largest allowed error, in units in the last place.
   * @param of the arguments, which are named where the error is the worst.
   */
  addRounded(label: string, actual: number, exact: number, ulps: number, ...of: readonly number[]): void {
    const inRange = toFloat32Range(exact);
    if (Number.isNaN(inRange) && Number.isNaN(actual)) return;
    // A result near the end of the range may round to infinity or to the largest number.
    const isNearEnd = Math.abs(exact) > LARGEST * (1 - 2 ** -22) && Math.abs(actual) >= LARGEST * (1 - 2 ** -22);
    if (isNearEnd && Math.sign(actual) === Math.sign(exact)) return;
    const before = this.overBound;
    this.addValue(label, actual, inRange, ulps * ulpAt(inRange) + 2 ** -126, Math.max(Math.abs(inRange), 2 ** -126));
    if (this.overBound > before) this.where = `${label} of ${of.join(" and ")}`;
  }

  #note(overBound: number, relative: number, label: string): void {
    if (relative > this.relative && Number.isFinite(relative)) this.relative = relative;
    if (overBound <= this.overBound) return;
    this.overBound = overBound;
    this.where = label;
  }

  /** One line for the reader of a test run. */
  get text(): string {
    const { overBound, relative } = this;
    return `worst error ${relative.toExponential(2)}, ${overBound.toFixed(3)} of its bound`;
  }
}

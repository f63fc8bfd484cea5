import { type ConvolutionTrace, traceConvolution } from "@camada/conv-math";
import type { TraceOutput } from "../../output.ts";

/** How the library's output stands to a plain loop over the same numbers. */
export interface LoopCheck {
  readonly compared: number;
  readonly agreeing: number;
  readonly worst: number;
}

/** Half the distance between neighbouring float32 numbers, relative to the smaller one. */
const UNIT_ROUNDOFF = 2 ** -24;

/**
 * Compares every output with a float64 loop.
 *
 * A sum of n float32 products in any order is within `(n + 1) u Σ|p|` of the exact one, up to terms of `u²`
 * (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., section 3.1); u is the unit roundoff.
 */
export function checkWithLoop({ x, weight, options, output }: TraceOutput): LoopCheck {
  const exact: ConvolutionTrace = traceConvolution(x, weight, options);
  let [compared, agreeing, worst] = [0, 0, 0];
  for (const cell of exact.cells()) {
    const products = cell.partialSums.flatMap(({ terms }) => terms.map(({ product }) => product));
    const bound = 1.01 * (products.length + 1) * UNIT_ROUNDOFF * products.reduce((sum, one) => sum + Math.abs(one), 0);
    const difference = Math.abs(output.data[compared]! - cell.output);
    if (difference <= bound) agreeing++;
    if (!(difference <= worst)) worst = difference;
    compared++;
  }
  return { compared, agreeing, worst };
}

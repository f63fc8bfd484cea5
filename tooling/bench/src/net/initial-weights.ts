import { networkCost, sizeOf } from "@camada/conv-math";
import { random } from "@camada/tensor";
import type { NetDescription } from "./description.ts";

/**
 * The values with which every candidate starts, so that the first losses must agree: weights uniform in ±a with
 * `a² = 6 / (fanIn + fanOut)`, biases zero.
 * @param net whose parameters they are
 * @param seed of the random numbers
 * @returns weight, bias, weight, bias and so on: `[cOut, cIn / groups, kh, kw]` or `[units, inUnits]`, row-major, where a
 *   flattened input has its channels first; `[cOut]` or `[units]`
 * @see Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.
 */
export function initialWeights({ inputShape, layers }: NetDescription, seed: number): Float32Array {
  const source = random.seeded(seed);
  const parts = networkCost([1, ...inputShape], layers).layers.flatMap(({ weightShape, parameters }) => {
    if (weightShape === undefined) return [];
    const [out = 1, ...rest] = weightShape;
    const window = sizeOf(rest.slice(1));
    const bound = Math.sqrt(6 / (sizeOf(rest) + out * window));
    const weight = source.uniform(sizeOf(weightShape), -bound, bound);
    return [weight, new Float32Array(parameters - weight.length)];
  });
  const values = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    values.set(part, at);
    at += part.length;
  }
  return values;
}

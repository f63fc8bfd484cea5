import { RandomCase, sizeOf, UNIT, WorstError } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { CASES, runOnly } from "./run-kernel.ts";

/** Roundings of a power, in units of its result: base and exponent are rounded, and the function has an error of its own. */
const POWER_ROUNDINGS = 16;

function randomResponse(random: RandomCase) {
  const channels = random.between(1, 20);
  const shape = [random.between(1, 2), random.between(1, 3), random.between(1, 3), channels];
  const attrs = {
    depthRadius: random.chance(0.1) ? 100 : random.between(0, 6),
    bias: random.oneOf([1, 2, 0.5]),
    alpha: random.oneOf([1, 0.1, 1e-4]),
    beta: random.oneOf([0.5, 0.75, 1]),
  };
  return { shape, attrs, x: { shape, data: random.floats(sizeOf(shape), 2) } };
}

/** In float64: what stands under the power of every element. */
function bases(x: Float32Array, channels: number, attrs: ReturnType<typeof randomResponse>["attrs"]): Float64Array {
  return Float64Array.from(x, (_, at) => {
    const neighbours = neighboursOf(at, channels, attrs.depthRadius);
    return attrs.bias + attrs.alpha * neighbours.reduce((sum, other) => sum + x[other]! ** 2, 0);
  });
}

function neighboursOf(at: number, channels: number, radius: number): number[] {
  const channel = at % channels;
  const [first, last] = [Math.max(0, channel - radius), Math.min(channels - 1, channel + radius)];
  return Array.from({ length: last - first + 1 }, (_, i) => at - channel + first + i);
}

describe("local response normalization", () => {
  it(`agrees with float64 over ${CASES} random tensors, forward and gradient`, async ({ annotate }) => {
    const [forward, gradient] = [new WorstError(), new WorstError()];
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase("local response", index);
      const { shape, attrs, x } = randomResponse(random);
      const channels = shape.at(-1)!;
      const { alpha, beta, depthRadius } = attrs;
      const base = bases(x.data, channels, attrs);
      const label = JSON.stringify({ index, shape, attrs });
      const y = runOnly(tf.LRN, { x }, attrs);
      // Sums of squares lose no digits; a power multiplies the error of its base.
      const roundings = (2 * depthRadius + 8) * beta + POWER_ROUNDINGS;
      for (const [i, value] of x.data.entries()) {
        const expected = value * base[i]! ** -beta;
        const magnitude = Math.abs(expected);
        forward.addValue(label, y.data[i]!, expected, roundings * UNIT * magnitude + 2 ** -126, magnitude);
      }
      const dy = { shape, data: random.floats(x.data.length) };
      const dx = runOnly(tf.LRNGrad, { x, y: { shape, data: y.data }, dy }, attrs);
      for (const [i, value] of x.data.entries()) {
        let [expected, magnitude] = [base[i]! ** -beta * dy.data[i]!, Math.abs(base[i]! ** -beta * dy.data[i]!)];
        for (const other of neighboursOf(i, channels, depthRadius)) {
          const part = (2 * alpha * beta * value * y.data[other]! * dy.data[other]!) / base[other]!;
          expected -= part;
          magnitude += Math.abs(part);
        }
        const bound = (roundings + 2 * (2 * depthRadius + 8) + 8) * UNIT * magnitude + 2 ** -126;
        gradient.addValue(label, dx.data[i]!, expected, bound, magnitude);
      }
    }
    for (const [name, worst] of Object.entries({ forward, gradient })) {
      await annotate(`${name}: ${worst.text}`);
      expect(worst).toSatisfy(({ overBound }) => overBound <= 1, worst.where);
    }
  });
});

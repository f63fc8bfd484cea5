import * as tf from "@tensorflow/tfjs-core";
import { assert } from "vitest";
import type { Tolerance } from "./close.ts";
import { uniformSource } from "./random-tensor.ts";
import { indexText } from "./values.ts";

/** A function of tensors that can be differentiated in each of them. */
export type TensorFunction = (...inputs: tf.Tensor[]) => tf.Tensor;

/** How a numeric gradient is taken. */
export interface NumericGradientOptions {
  /** Step h, a power of two; the function is evaluated up to 2h away from each input. Default 2^-5. */
  readonly step?: number;
  /** Relative rounding error of one output value; default 2^-22, that is four roundings of float32. */
  readonly roundoff?: number;
  /** Elements probed per tensor, spread evenly when there are more; default 50. */
  readonly maxProbes?: number;
}

/** The numeric gradient with respect to one tensor, at the elements that were probed. */
export interface ProbedGradient {
  /** Flat row-major indices of the probed elements. */
  readonly indices: readonly number[];
  readonly values: readonly number[];
  /** Bound of the rounding error of each value. */
  readonly noise: readonly number[];
}

/** Options of {@link expectGradients}: how to probe and what to let pass beyond the rounding noise. */
export interface ExpectGradientsOptions extends NumericGradientOptions, Tolerance {}

/**
 * Weights of the output elements, uniform in [0.1, 1.1) and always the same for one size.
 *
 * None is zero, so no output is overlooked; none equals another, so exchanged outputs show.
 */
export function projection(size: number): Float32Array {
  const random = uniformSource(0x5eed);
  return Float32Array.from({ length: size }, () => 0.1 + random());
}

/*
 * The numeric derivative of L(x) = Σ p_j y_j(x). With D(h) = (L(x + h) - L(x - h)) / 2h, which errs by h²L'''/6 + O(h⁴),
 * (4 D(h) - D(2h)) / 3 cancels the h² term and errs by h⁴ L⁽⁵⁾ / 30.
 *
 * Every output carries a relative rounding error r (`roundoff`). An output that x does not reach is the same in all four
 * evaluations and adds none, so the error of the result is at most
 * (4/3) · 2rS / 2h + (1/3) · 2rS / 4h = 1.5 rS / h, where S = Σ p_j |y_j| over the outputs that change.
 * L itself is summed in float64 and adds nothing.
 *
 * With h = 2^-5 the truncation is 3.2e-8 L⁽⁵⁾ and the noise, for r = 2^-22, 1.2e-5 S: the noise rules, and a larger step
 * would come too near to kinks. x ± h is rounded to float32; the quotient uses the distance that was really stepped.
 */

/**
 * The gradient of `Σ projection * f(inputs)` by central differences at two steps, extrapolated to O(step⁴).
 *
 * @param inputs float32 tensors; every value should stay further than `2 * step` from the kinks of `f`.
 */
export function numericGradient(
  f: TensorFunction,
  inputs: readonly tf.Tensor[],
  options: NumericGradientOptions = {},
): ProbedGradient[] {
  const { step = 2 ** -5, roundoff = 2 ** -22, maxProbes = 50 } = options;
  // A backend may keep the array it is given, and a view of it may be the output: each evaluation has its own copy.
  const outputAt = (position: number, values: Float32Array): ArrayLike<number> =>
    tf.tidy(() =>
      f(...inputs.map((x, i) => (i === position ? tf.tensor(values.slice(), x.shape, "float32") : x))).dataSync(),
    );

  return inputs.map((input, position) => {
    const data = Float32Array.from(input.dataSync());
    const difference = (index: number, h: number) => {
      const center = data[index]!;
      const [above, below] = [Math.fround(center + h), Math.fround(center - h)];
      data[index] = above;
      const high = outputAt(position, data);
      data[index] = below;
      const low = outputAt(position, data);
      data[index] = center;
      return { ...projectedDifference(high, low), distance: above - below };
    };
    const indices = probes(data.length, maxProbes);
    const values: number[] = [];
    const noise: number[] = [];
    for (const index of indices) {
      const near = difference(index, step);
      const far = difference(index, 2 * step);
      values.push(((4 * near.sum) / near.distance - far.sum / far.distance) / 3);
      noise.push((1.5 * roundoff * Math.max(near.size, far.size)) / step);
    }
    return { indices, values, noise };
  });
}

/**
 * Asserts that tfjs's gradients of `Σ projection * f(inputs)` equal the numeric ones, each input in turn.
 *
 * A difference may reach the rounding noise plus `absolute + relative * |numeric|`; the latter covers the truncation.
 *
 * @param options absolute defaults to 1e-5, relative to 1e-4.
 * @throws an assertion error that names the worst element.
 */
export function expectGradients(
  f: TensorFunction,
  inputs: readonly tf.Tensor[],
  options: ExpectGradientsOptions = {},
): void {
  const { absolute = 1e-5, relative = 1e-4 } = options;
  const numeric = numericGradient(f, inputs, options);
  tf.tidy(() => {
    const y = f(...inputs);
    const dy = tf.tensor(projection(y.size), y.shape, "float32");
    const gradients = tf.grads(f)([...inputs], dy);
    gradients.forEach((gradient, position) => {
      const { indices, values, noise } = numeric[position]!;
      const { shape } = inputs[position]!;
      if (gradient.shape.join() !== shape.join()) {
        assert.fail(
          `gradient of input ${position}: expected shape [${shape.join(", ")}], got [${gradient.shape.join(", ")}]`,
        );
      }
      const analytic = gradient.dataSync();
      let worst = { excess: 0, probe: -1 };
      indices.forEach((index, probe) => {
        const difference = Math.abs(analytic[index]! - values[probe]!);
        const excess = difference - (noise[probe]! + absolute + relative * Math.abs(values[probe]!));
        if (!(excess <= worst.excess)) worst = { excess: Number.isNaN(excess) ? Infinity : excess, probe };
      });
      if (worst.probe < 0) return;
      const index = indices[worst.probe]!;
      assert.fail(
        `gradient of input ${position} at ${indexText(index, shape)}: expected ${values[worst.probe]} ` +
          `(numeric, noise ${noise[worst.probe]}), got ${analytic[index]}`,
      );
    });
  });
}

/** `Σ p_j (high_j - low_j)` and `Σ p_j |y_j|`, both over the outputs that changed. */
function projectedDifference(high: ArrayLike<number>, low: ArrayLike<number>): { sum: number; size: number } {
  const p = projection(high.length);
  let sum = 0;
  let size = 0;
  for (let j = 0; j < high.length; j++) {
    const [a, b] = [high[j]!, low[j]!];
    if (a === b) continue;
    sum += p[j]! * (a - b);
    size += p[j]! * Math.max(Math.abs(a), Math.abs(b));
  }
  return { sum, size };
}

/** Up to `count` indices below `size`, evenly spread, first and last included. */
function probes(size: number, count: number): number[] {
  if (size <= count) return Array.from({ length: size }, (_, i) => i);
  return Array.from({ length: count }, (_, i) => Math.round((i * (size - 1)) / (count - 1)));
}

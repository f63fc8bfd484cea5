import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { describe, expect, it } from "vitest";
import { expectClose, expectGradients, numericGradient, projection, randomTensor } from "../src/index.ts";

/** `y = x³ k` with a gradient rule of its own: tfjs-core alone registers none. */
const cube = (factor: number) =>
  tf.customGrad((x, save) => {
    const input = x as tf.Tensor;
    (save as tf.GradSaveFunc)([input]);
    return {
      value: tf.mul(tf.mul(input, input), input),
      gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) => tf.mul(dy, tf.mul(factor, tf.square(saved!))),
    };
  });

describe("numericGradient", () => {
  it("is the projection of the derivative", () => {
    const x = randomTensor([2, 3]);
    const [probed] = numericGradient((t) => tf.mul(tf.mul(t, t), t), [x]);
    const data = x.dataSync();
    const expected = Array.from(projection(6), (p, i) => p * 3 * data[i]! ** 2);
    expect(probed!.indices).toEqual([0, 1, 2, 3, 4, 5]);
    expectClose([...probed!.values], expected, { absolute: 2e-5, relative: 1e-5 });
  });

  it("bounds the rounding error that it reports", () => {
    const x = randomTensor([40], { low: 0.25, high: 2 });
    const [probed] = numericGradient((t) => tf.exp(tf.sin(t)), [x]);
    const data = x.dataSync();
    projection(40).forEach((p, i) => {
      const exact = p * Math.exp(Math.sin(data[i]!)) * Math.cos(data[i]!);
      const truncation = 1e-6;
      expect(Math.abs(probed!.values[i]! - exact)).toBeLessThanOrEqual(probed!.noise[i]! + truncation);
    });
  });

  it("is not fooled by an output that shares the input's memory", () => {
    const [probed] = numericGradient((t) => tf.reshape(t, [4]), [randomTensor([2, 2])]);
    expectClose([...probed!.values], projection(4), { absolute: 1e-5 });
  });

  it("probes at most the number asked for, first and last included, and leaks nothing", () => {
    const x = randomTensor([200]);
    const before = tf.memory().numTensors;
    const [probed] = numericGradient((t) => tf.mul(t, 2), [x]);
    expect(tf.memory().numTensors).toBe(before);
    expect(probed!.indices).toHaveLength(50);
    expect(probed!.indices.at(0)).toBe(0);
    expect(probed!.indices.at(-1)).toBe(199);
    expect(numericGradient((t) => t, [x], { maxProbes: 3 })[0]!.indices).toEqual([0, 100, 199]);
  });

  it("takes each input in turn", () => {
    const [a, b] = [randomTensor([3], { seed: 2 }), randomTensor([3], { seed: 3 })];
    const [da, db] = numericGradient((x, y) => tf.mul(x, y), [a, b]);
    const p = projection(3);
    expectClose(
      [...da!.values],
      p.map((v, i) => v * b.dataSync()[i]!),
      { absolute: 1e-5 },
    );
    expectClose(
      [...db!.values],
      p.map((v, i) => v * a.dataSync()[i]!),
      { absolute: 1e-5 },
    );
  });
});

describe("expectGradients", () => {
  const x = randomTensor([2, 4]);

  it("accepts a right rule and leaks nothing", () => {
    const before = tf.memory().numTensors;
    expectGradients(cube(3), [x]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("refuses a rule that is off by a thousandth", () => {
    expect(() => expectGradients(cube(3.003), [x])).toThrow(/gradient of input 0 at \[\d, \d\]: expected .* got/);
  });

  it("refuses a rule that gives NaN", () => {
    expect(() => expectGradients(cube(NaN), [x])).toThrow("got NaN");
  });

  it("refuses a rule that exchanges two outputs", () => {
    const reversed = tf.customGrad((t) => ({
      value: (t as tf.Tensor).clone(),
      gradFunc: (dy: tf.Tensor) => tf.reverse(dy),
    }));
    expect(() => expectGradients(reversed, [randomTensor([4])])).toThrow("gradient of input 0");
  });
});

describe("projection", () => {
  it("lies in [0.1, 1.1) and depends on nothing but the size", () => {
    const p = projection(10_000);
    expect(Math.min(...p)).toBeGreaterThanOrEqual(Math.fround(0.1));
    expect(Math.max(...p)).toBeLessThan(1.1);
    expect([...projection(5)]).toEqual([...p.subarray(0, 5)]);
    expect(new Set(projection(100)).size).toBe(100);
  });
});

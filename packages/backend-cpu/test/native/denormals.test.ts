import { CONVOLUTION } from "@camada/tensor";
import { RandomCase } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { runNativeSingle, setThreads } from "./native-run.ts";

/** Arithmetic that a processor set to flush denormals would get wrong; opaque, so that no compiler does it beforehand. */
function denormalsOfJavaScript(numbers: { readonly tiny: number; readonly halves: Float32Array }) {
  const { tiny, halves } = numbers;
  halves[1] = halves[0]! * 0.5;
  halves[2] = halves[0]! + halves[1];
  return { double: tiny / 1, sum: tiny + tiny, product: 1e-300 * tiny * 1e300, halves: [...halves] };
}

describe("denormals after native kernels", () => {
  it.each([1, 2, 5])("are still JavaScript's own, with %i threads", (threads) => {
    const numbers = () => ({ tiny: 5e-324, halves: Float32Array.of(1e-40, 0, 0) });
    const before = denormalsOfJavaScript(numbers());
    expect(before.double).toBe(5e-324);
    expect(before.halves[1]).toBeGreaterThan(0);
    setThreads(threads);
    const random = new RandomCase("denormals", threads);
    const geometry = { strides: [1, 1], padBegin: [0, 0], padEnd: [0, 0], dilations: [1, 1], groups: 1 };
    const x = { shape: [4, 3, 40, 40], data: random.floats(4 * 3 * 40 * 40) };
    const weight = { shape: [5, 3, 3, 3], data: random.floats(5 * 27) };
    runNativeSingle(CONVOLUTION, { x, weight }, { ...geometry, activation: "tanh" });
    tf.tidy(() => tf.sum(tf.exp(tf.add(tf.ones([300, 700]), 1))).dataSync());
    expect(denormalsOfJavaScript(numbers())).toEqual(before);
    setThreads(2);
  });

  it("are the same in a kernel that failed", () => {
    expect(() => tf.tidy(() => tf.add(tf.ones([2, 3]), tf.ones([4])))).toThrow();
    expect(denormalsOfJavaScript({ tiny: 5e-324, halves: Float32Array.of(1e-40, 0, 0) }).sum).toBe(1e-323);
  });
});

import { ACTIVATION_GRADIENT, CONVOLUTION, type Activation } from "@camada/tensor";
import { describe, expect, it } from "vitest";
import { randomDense, randomSource, ulps, type Dense } from "./reference.ts";
import { runSingle } from "./run-kernel.ts";

/** Values and derivatives in float64; the derivative in terms of y, as the kernel computes it. */
const KINDS: Record<Activation, { value(x: number): number; slope(y: number): number }> = {
  linear: { value: (x) => x, slope: () => 1 },
  relu: { value: (x) => Math.max(x, 0), slope: (y) => (y > 0 ? 1 : 0) },
  sigmoid: { value: (x) => 1 / (1 + Math.exp(-x)), slope: (y) => y * (1 - y) },
  tanh: { value: Math.tanh, slope: (y) => 1 - y * y },
  softrelu: { value: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), slope: (y) => -Math.expm1(-y) },
  softsign: { value: (x) => x / (1 + Math.abs(x)), slope: (y) => (1 - Math.abs(y)) ** 2 },
};
const names = Object.keys(KINDS) as Activation[];

/** A 1 x 1 kernel of weight 1 makes the convolution the activation alone: sums of one product are exact. */
function activate(values: ArrayLike<number>, activation: Activation): Float32Array {
  const x: Dense = { shape: [1, 1, values.length], data: Float64Array.from(values) };
  const weight: Dense = { shape: [1, 1, 1], data: Float64Array.of(1) };
  const attrs = { strides: [1], padBegin: [0], padEnd: [0], dilations: [1], groups: 1, activation };
  return runSingle(CONVOLUTION, { x, weight }, attrs).data;
}

/** Every `step`-th float32 between two bit patterns, both signs. */
function floatsBetween(first: number, last: number, step: number): Float32Array {
  const bits = new Uint32Array(2 * (Math.floor((last - first) / step) + 1));
  for (let i = 0; 2 * i < bits.length; i++) {
    bits[2 * i] = first + i * step;
    bits[2 * i + 1] = (first + i * step) | 0x80000000;
  }
  return new Float32Array(bits.buffer);
}

describe("activations", () => {
  // Steps are primes, so that the samples meet every pattern of low bits. 0x7f800000 is infinity.
  it.each(names)("%s is within 4 ulp of float64 over the whole range of float32", (name) => {
    const values = floatsBetween(0, 0x7f7fffff, 10007);
    const results = activate(values, name);
    let worst = 0;
    values.forEach((x, i) => (worst = Math.max(worst, ulps(results[i]!, KINDS[name].value(x)))));
    expect(worst).toBeLessThanOrEqual(4);
  });

  it("tanh is within 4 ulp on a dense sample from 1e-4 to 10", () => {
    const values = floatsBetween(0x38d1b717, 0x41200000, 331);
    const results = activate(values, "tanh");
    let worst = 0;
    values.forEach((x, i) => (worst = Math.max(worst, ulps(results[i]!, Math.tanh(x)))));
    expect(worst).toBeLessThanOrEqual(4);
    // Odd bit for bit: the signs of each pair differ and nothing else does.
    let even = 0;
    for (let i = 0; i < values.length; i += 2) even += results[i + 1] === -results[i]! ? 0 : 1;
    expect(even).toBe(0);
  });

  it.each([
    ["tanh", [Infinity, -Infinity, NaN, 1e-45, -1e-40], [1, -1, NaN, 1e-45, -1e-40]],
    ["sigmoid", [Infinity, -Infinity, NaN, 0], [1, 0, NaN, 0.5]],
    ["softrelu", [Infinity, -Infinity, NaN], [Infinity, 0, NaN]],
    ["relu", [Infinity, -Infinity, NaN, -1], [Infinity, 0, NaN, 0]],
  ] as const)("%s of special values", (name, values, expected) => {
    expect(activate(values, name)).toEqual(Float32Array.from(expected));
  });

  it.each(names)("%s gives the same bits in the tail of a row as in its vectors", (name) => {
    const random = randomSource(3);
    const { data } = randomDense([40], random);
    const whole = activate(data, name);
    for (let count = 1; count <= 33; count++) {
      expect(activate(data.subarray(0, count), name)).toEqual(whole.subarray(0, count));
    }
  });
});

describe("activation gradient", () => {
  it.each(names)("of %s is dy times the derivative, for every tail from 1 to 33", (name) => {
    const random = randomSource(4);
    for (let count = 1; count <= 33; count++) {
      const dy = randomDense([count], random);
      const y = { shape: [count], data: dy.data.map(() => Math.fround(KINDS[name].value(random() * 8 - 4))) };
      const dx = runSingle(ACTIVATION_GRADIENT, { dy, y }, { activation: name });
      expect(dx.shape).toEqual([count]);
      dx.data.forEach((value, i) => {
        const slope = KINDS[name].slope(y.data[i]!);
        // 1 - y^2 and the like round once at the scale of 1, whatever is left of it.
        expect(Math.abs(value - dy.data[i]! * slope)).toBeLessThanOrEqual(Math.abs(dy.data[i]!) * 3 * 2 ** -24);
      });
    }
  });

  it("of relu is 0 where y is 0, whatever dy", () => {
    const dy = { shape: [5], data: Float64Array.of(1, NaN, Infinity, -2, 3) };
    const y = { shape: [5], data: Float64Array.of(0, 0, 0, 0.5, -0) };
    expect(runSingle(ACTIVATION_GRADIENT, { dy, y }, { activation: "relu" }).data).toEqual(
      Float32Array.of(0, 0, 0, -2, 0),
    );
  });
});

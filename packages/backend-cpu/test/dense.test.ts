import { CONVOLUTION, DENSE } from "@camada/tensor";
import { describe, expect, it } from "vitest";
import { errorOverBound, randomDense, randomSource, sumProducts, ulps, type Dense, type Sum } from "./reference.ts";
import { runSingle } from "./run-kernel.ts";

function reference(x: Dense, weight: Dense, bias?: Dense): Sum {
  const [n = 0, inUnits = 0] = x.shape;
  const [units = 0] = weight.shape;
  const result = sumProducts([n, units], x, weight, (add) => {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < units; j++)
        for (let k = 0; k < inUnits; k++) add(i * inUnits + k, j * inUnits + k, i * units + j);
    }
  });
  if (bias === undefined) return result;
  result.data.forEach((_, place) => {
    result.data[place]! += bias.data[place % units]!;
    result.magnitude[place]! += Math.abs(bias.data[place % units]!);
  });
  return { ...result, terms: result.terms + 1 };
}

describe("dense", () => {
  it("agrees with float64 for every batch, unit and input count from 1 to 33", () => {
    const random = randomSource(21);
    for (let tail = 1; tail <= 33; tail++) {
      for (const [n, units, inUnits] of [
        [tail, 5, 7],
        [3, tail, 9],
        [6, 10, tail],
      ] as const) {
        const x = randomDense([n, inUnits], random);
        const weight = randomDense([units, inUnits], random);
        const bias = randomDense([units], random);
        const y = runSingle(DENSE, { x, weight, bias }, { activation: "linear" });
        expect(y.shape).toEqual([n, units]);
        expect(errorOverBound(y.data, reference(x, weight, bias))).toBeLessThanOrEqual(1);
      }
    }
  });

  it("agrees over several blocks of rows, columns and depth, with and without bias", () => {
    const random = randomSource(22);
    const x = randomDense([261, 1030], random);
    const weight = randomDense([11, 1030], random);
    const bias = randomDense([11], random);
    const y = runSingle(DENSE, { x, weight, bias }, { activation: "linear" });
    expect(errorOverBound(y.data, reference(x, weight, bias))).toBeLessThanOrEqual(1);
    const wide = runSingle(DENSE, { x: weight, weight: x }, { activation: "linear" });
    expect(errorOverBound(wide.data, reference(weight, x))).toBeLessThanOrEqual(1);
  });

  it("gives the bias alone where there are no inputs", () => {
    const empty = { data: new Float64Array(0) };
    const bias = { shape: [3], data: Float64Array.of(1, 2, 3) };
    const inputs = { x: { ...empty, shape: [2, 0] }, weight: { ...empty, shape: [3, 0] } };
    expect(runSingle(DENSE, { ...inputs, bias }, { activation: "linear" }).data).toEqual(
      Float32Array.of(1, 2, 3, 1, 2, 3),
    );
    expect(runSingle(DENSE, inputs, { activation: "linear" }).data).toEqual(new Float32Array(6));
  });

  it("applies the activation to the float32 sum", () => {
    const random = randomSource(23);
    const x = randomDense([9, 13], random);
    const weight = randomDense([7, 13], random);
    const bias = randomDense([7], random);
    const linear = runSingle(DENSE, { x, weight, bias }, { activation: "linear" }).data;
    const fused = runSingle(DENSE, { x, weight, bias }, { activation: "tanh" }).data;
    fused.forEach((value, i) => expect(ulps(value, Math.tanh(linear[i]!))).toBeLessThanOrEqual(4));
  });
});

describe("bias of a convolution", () => {
  it("is added to its own channel before the activation, group by group", () => {
    const random = randomSource(24);
    const x = randomDense([2, 4, 5], random);
    const weight = randomDense([6, 2, 3], random);
    const bias = randomDense([6], random);
    const attrs = { strides: [1], padBegin: [1], padEnd: [1], dilations: [1], groups: 2 };
    const plain = runSingle(CONVOLUTION, { x, weight }, { ...attrs, activation: "linear" });
    const fused = runSingle(CONVOLUTION, { x, weight, bias }, { ...attrs, activation: "sigmoid" });
    expect(plain.shape).toEqual([2, 6, 5]);
    fused.data.forEach((value, i) => {
      const z = Math.fround(plain.data[i]! + bias.data[Math.floor(i / 5) % 6]!);
      expect(ulps(value, 1 / (1 + Math.exp(-z)))).toBeLessThanOrEqual(4);
    });
  });
});

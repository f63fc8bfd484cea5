import { BIAS_GRADIENT, SGD_UPDATE, SOFTMAX_CROSS_ENTROPY, type SgdUpdateAttrs } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { randomDense, randomSource, ulps } from "./reference.ts";
import { runKernel, runSingle, toTensor } from "./run-kernel.ts";

describe("bias gradient", () => {
  it("sums every axis but channels, for every count of positions from 1 to 33", () => {
    const random = randomSource(41);
    for (let positions = 1; positions <= 33; positions++) {
      const dy = randomDense([3, 4, positions], random);
      const sums = runSingle(BIAS_GRADIENT, { dy });
      expect(sums.shape).toEqual([4]);
      for (let channel = 0; channel < 4; channel++) {
        let exact = 0;
        for (let n = 0; n < 3; n++) {
          for (let p = 0; p < positions; p++) exact += dy.data[(n * 4 + channel) * positions + p]!;
        }
        // Parts of at most 4 terms of at most 1, sixteen of them added in pairs, then float64.
        expect(Math.abs(sums.data[channel]! - exact)).toBeLessThanOrEqual(33 * 2 ** -22);
      }
    }
  });

  it("takes a batch without positions and one of many axes", () => {
    const flat = { shape: [2, 3], data: Float64Array.of(1, 2, 3, 10, 20, 30) };
    expect(runSingle(BIAS_GRADIENT, { dy: flat }).data).toEqual(Float32Array.of(11, 22, 33));
    const deep = { shape: [1, 2, 2, 1, 2], data: Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8) };
    expect(runSingle(BIAS_GRADIENT, { dy: deep }).data).toEqual(Float32Array.of(10, 26));
  });

  it("keeps its digits over large batches", () => {
    const dy = { shape: [64, 1, 4096], data: new Float64Array(64 * 4096).fill(Math.fround(0.1)) };
    const exact = 64 * 4096 * Math.fround(0.1);
    expect(Math.abs(runSingle(BIAS_GRADIENT, { dy }).data[0]! - exact) / exact).toBeLessThan(1e-5);
  });
});

describe("softmax cross-entropy", () => {
  it("gives losses and probabilities of float64, rounded once", () => {
    const random = randomSource(42);
    for (let classes = 1; classes <= 33; classes++) {
      const logits = {
        shape: [4, classes],
        data: randomDense([4, classes], random).data.map((v) => Math.fround(20 * v)),
      };
      const picks = Int32Array.from({ length: 4 }, () => Math.floor(random() * classes));
      const labels = tf.tensor1d(picks, "int32");
      const [loss, probabilities] = runKernel(SOFTMAX_CROSS_ENTROPY, { logits, labels });
      labels.dispose();
      expect(loss!.shape).toEqual([4]);
      expect(probabilities!.shape).toEqual([4, classes]);
      for (let i = 0; i < 4; i++) {
        const row = logits.data.subarray(i * classes, (i + 1) * classes);
        const top = Math.max(...row);
        const exps = row.map((v) => Math.exp(v - top));
        const sum = exps.reduce((a, b) => a + b, 0);
        exps.forEach((e, j) => expect(ulps(probabilities!.data[i * classes + j]!, e / sum)).toBeLessThan(0.51));
        expect(loss!.data[i]).toBeCloseTo(Math.log(sum) + top - row[picks[i]!]!, 5);
      }
    }
  });

  it("keeps the digits of a sure answer's loss and survives large logits", () => {
    const logits = { shape: [2, 3], data: Float64Array.of(0, 30, -10, 1e5, -1e5, 0) };
    const labels = tf.tensor1d([1, 1], "int32");
    const [loss] = runKernel(SOFTMAX_CROSS_ENTROPY, { logits, labels });
    labels.dispose();
    expect(ulps(loss!.data[0]!, Math.log1p(Math.exp(-30) + Math.exp(-40)))).toBeLessThan(0.51);
    expect(loss!.data[1]).toBe(2e5);
  });
});

describe("SGD update", () => {
  const base: SgdUpdateAttrs = { count: 1, learningRates: [0.25], momentum: 0.9, wds: [0.01], rescale: 0.5, clip: 0 };

  it.each([
    ["without clipping", base],
    ["with clipping", { ...base, clip: 0.125 }],
    ["without decay", { ...base, wds: [0] }],
  ])("follows the rule in place %s, for every tail from 1 to 33", (_, attrs) => {
    const random = randomSource(43);
    const [lr, wd] = [attrs.learningRates[0]!, attrs.wds[0]!];
    const clipped = (g: number): number => {
      const scaled = attrs.rescale * g;
      return attrs.clip > 0 ? Math.min(Math.max(scaled, -attrs.clip), attrs.clip) : scaled;
    };
    for (let count = 1; count <= 33; count++) {
      const [w, g, m] = [0, 1, 2].map(() => randomDense([count], random));
      const weight = toTensor(w!);
      const momentum = toTensor(m!);
      const before = tf.memory().numTensors;
      expect(runKernel(SGD_UPDATE, { weight0: weight, gradient0: g!, momentum0: momentum }, attrs)).toEqual([]);
      expect(tf.memory().numTensors).toBe(before);
      const speeds = momentum.dataSync();
      const moved = weight.dataSync();
      for (let i = 0; i < count; i++) {
        const speed = attrs.momentum * m!.data[i]! - lr * wd * w!.data[i]! - lr * clipped(g!.data[i]!);
        expect(Math.abs(speeds[i]! - speed)).toBeLessThan(4 * 2 ** -24);
        expect(Math.abs(moved[i]! - (w!.data[i]! + speed))).toBeLessThan(6 * 2 ** -24);
      }
      runKernel(SGD_UPDATE, { weight0: weight, gradient0: g! }, attrs);
      weight.dataSync().forEach((value, i) => {
        const kept = (1 - lr * wd) * moved[i]! - lr * clipped(g!.data[i]!);
        expect(Math.abs(value - kept)).toBeLessThan(6 * 2 ** -24);
      });
      tf.dispose([weight, momentum]);
    }
  });
});

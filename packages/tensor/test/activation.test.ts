import { ShapeError } from "@camada/conv-math";
import { expectClose, expectGradients, expectNoLeak, randomTensor } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { activation, activations } from "../src/index.ts";

const formulas: Readonly<Record<(typeof activations)[number], (x: number) => number>> = {
  linear: (x) => x,
  relu: (x) => Math.max(x, 0),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  tanh: Math.tanh,
  softrelu: (x) => Math.log1p(Math.exp(x)),
  softsign: (x) => x / (1 + Math.abs(x)),
};

describe("activation", () => {
  it.each(activations)("computes %s, with its gradient", (kind) => {
    const values = [-2, -0.5, 0.25, 3];
    expectClose(activation(tf.tensor1d(values), kind), values.map(formulas[kind]), { absolute: 1e-6 });
    // `x` itself is no function of x to tfjs
    expectGradients((x) => activation(tf.mul(x, 1), kind), [randomTensor<tf.Rank.R2>([3, 4], { low: -1, high: 1 })]);
  });

  it.each(activations.filter((kind) => kind !== "linear"))("leaves no tensor behind: %s", (kind) => {
    const x = tf.tensor1d([-1, 2]);
    expectNoLeak(() => activation(x, kind).dispose());
  });

  it("refuses what does not exist", () => {
    const call = () => activation(tf.tensor1d([1]), "gelu" as "relu");
    expect(call).toThrow(ShapeError);
    expect(call).toThrow("activation: expected an activation among linear, relu,");
  });
});

import { expectClose } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { type Block, ELU, SELU } from "../src/index.ts";

const lambdaAlpha = 1.0507009873554805 * 1.6732632423543772;

describe.each([
  ["ELU", () => new ELU(), 1],
  ["ELU with alpha", () => new ELU(0.5), 0.5],
  ["SELU", () => new SELU(), lambdaAlpha],
] as const)("%s", (_, make: () => Block, slope) => {
  it("has at zero the slope of the exponential, as in MXNet", () => {
    const block = make();
    expectClose(tf.grad((x: tf.Tensor) => block.forward(x))(tf.tensor1d([0, -0])), [slope, slope]);
  });

  it("keeps NaN, and nears its limit far below zero", () => {
    const y = make().forward(tf.tensor1d([NaN, -Infinity, 200]));
    expect(y.dataSync()[0]).toBeNaN();
    expectClose(tf.slice(y, 1, 1), [-slope]);
    expect(y.dataSync()[2]).toBeGreaterThanOrEqual(200);
  });
});

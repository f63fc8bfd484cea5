import { ShapeError } from "@camada/conv-math";
import { expectClose, expectGradients, randomTensor } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { dense } from "../src/index.ts";

describe("dense", () => {
  it("is x times the transposed weight, plus the bias", () => {
    const y = dense(
      tf.tensor2d([[1, 2]]),
      tf.tensor2d([
        [3, 4],
        [5, 6],
        [7, 8],
      ]),
      tf.tensor1d([10, 20, 30]),
    );
    expectClose(y, tf.tensor2d([[21, 37, 53]]), { absolute: 0 });
  });

  it.each(["linear", "tanh", "sigmoid", "softsign", "softrelu"] as const)("has gradients through %s", (activation) => {
    const x = randomTensor<tf.Rank.R2>([3, 4], { low: -1, high: 1 });
    const weight = randomTensor<tf.Rank.R2>([2, 4], { low: -1, high: 1, seed: 2 });
    const bias = randomTensor<tf.Rank.R1>([2], { low: -1, high: 1, seed: 3 });
    expectGradients((...[a, b, c]) => dense(a as tf.Tensor2D, b as tf.Tensor2D, c, activation), [x, weight, bias]);
  });

  it.each([
    ["units", [2, 3], [4, 5], "weight to have 3 input units (axis 1)"],
    ["rank", [2, 3, 1], [4, 3], "x and weight of rank 2"],
  ] as const)("refuses a wrong %s", (_, x, weight, expected) => {
    const call = () => dense(tf.ones([...x] as number[] as never), tf.ones([...weight] as number[] as never));
    expect(call).toThrow(ShapeError);
    expect(call).toThrow(expected);
  });

  it("refuses an activation that does not exist", () => {
    const call = () => dense(tf.ones([1, 2]), tf.ones([3, 2]), undefined, "gelu" as "relu");
    expect(call).toThrow(ShapeError);
    expect(call).toThrow(
      "dense: expected an activation among linear, relu, sigmoid, tanh, softrelu, softsign, got gelu",
    );
  });

  it("refuses a bias of another length", () => {
    expect(() => dense(tf.ones([1, 2]), tf.ones([3, 2]), tf.ones([2]))).toThrow(
      "dense: expected bias of shape [3], got [2]",
    );
  });
});

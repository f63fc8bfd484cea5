import { ShapeError } from "@camada/conv-math";
import { expectClose, expectGradients, expectNoLeak, randomTensor } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { softmaxCrossEntropy } from "../src/index.ts";

describe("softmaxCrossEntropy", () => {
  it("starts at ln 10 for ten equal scores", () => {
    expectClose(softmaxCrossEntropy(tf.zeros([2, 10]), tf.tensor1d([0, 9], "int32")), [Math.log(10), Math.log(10)]);
  });

  it("is minus the logarithm of the label's softmax", () => {
    const logits = randomTensor<tf.Rank.R2>([4, 3]);
    const rows = logits.arraySync();
    const labels = [2, 0, 1, 1];
    const expected = rows.map((row, i) => {
      const total = row.reduce((sum, score) => sum + Math.exp(score), 0);
      return Math.log(total) - row[labels[i]!]!;
    });
    expectClose(softmaxCrossEntropy(logits, tf.tensor1d(labels, "int32")), expected);
    expectClose(softmaxCrossEntropy(logits, tf.tensor1d(labels, "float32")), expected);
  });

  it("survives scores whose exponential overflows", () => {
    const loss = softmaxCrossEntropy(
      tf.tensor2d([
        [1000, 0],
        [-1000, 0],
      ]),
      tf.tensor1d([0, 0], "int32"),
    );
    expectClose(loss, [0, 1000]);
  });

  it("has gradients", () => {
    const labels = tf.tensor1d([2, 0, 1], "int32");
    expectGradients((logits) => softmaxCrossEntropy(logits as tf.Tensor2D, labels), [randomTensor<tf.Rank.R2>([3, 4])]);
  });

  it("lets nothing flow into labels that come from the scores", () => {
    const f = (logits: tf.Tensor) => softmaxCrossEntropy(logits as tf.Tensor2D, tf.argMax(logits, 1));
    expectClose(tf.grad(f)(tf.tensor2d([[0, Math.log(3)]])), [[0.25, -0.25]], { absolute: 1e-6 });
  });

  it("clips labels that are no class, unless asked to refuse them", () => {
    const logits = tf.tensor2d([
      [0, 1, 2],
      [0, 1, 2],
    ]);
    const wrong = tf.tensor1d([-4, 7], "int32");
    const nearest = tf.tensor1d([0, 2], "int32");
    for (const labels of [wrong, tf.tensor1d([-4.5, 7.5])]) {
      expectClose(softmaxCrossEntropy(logits, labels), softmaxCrossEntropy(logits, nearest));
      const gradient = (of: tf.Tensor) => tf.grad((x) => softmaxCrossEntropy(x as tf.Tensor2D, of))(logits);
      expectClose(gradient(labels), gradient(nearest));
    }
    const call = () => softmaxCrossEntropy(logits, wrong, { strictLabels: true });
    expect(call).toThrow(ShapeError);
    expect(call).toThrow("softmaxCrossEntropy: expected labels from 0 to 2, got -4");
    expectClose(softmaxCrossEntropy(logits, tf.tensor1d([1, 1], "int32"), { strictLabels: true }).shape, [2]);
  });

  it("refuses labels of another length", () => {
    expect(() => softmaxCrossEntropy(tf.zeros([2, 3]), tf.tensor1d([1], "int32"))).toThrow("labels of shape [2]");
  });

  it("leaves no tensor behind", () => {
    const logits = tf.zeros<tf.Rank.R2>([2, 3]);
    const labels = tf.tensor1d([0, 1], "int32");
    expectNoLeak(() => softmaxCrossEntropy(logits, labels).dispose());
  });
});

import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import {
  accuracy,
  additiveMetric,
  confusionMatrix,
  topK,
  TrainingOptionError,
  worstMistakes,
  type Metric,
} from "../src/index.ts";

interface Scored {
  readonly outputs: number[][];
  readonly labels: number[];
  readonly losses?: number[];
}

/** The value of a metric over batches. */
function valueOf<V>(metric: Metric<V>, ...batches: Scored[]): V {
  let total: Float64Array | undefined;
  let samples = 0;
  for (const { outputs, labels, losses = labels.map(() => 0) } of batches) {
    const values = tf.tidy(() => {
      const measured = metric.measure({
        outputs: tf.tensor2d(outputs),
        labels: tf.tensor1d(labels, "int32"),
        losses: tf.tensor1d(losses),
      });
      return Float32Array.from(measured.dataSync());
    });
    const indices = labels.map((_, i) => samples + i);
    total = metric.combine(total, values, indices);
    samples += labels.length;
  }
  return metric.value(total!, samples);
}

const FIRST: Scored = {
  outputs: [
    [0.1, 0.7, 0.2],
    [0.5, 0.1, 0.4],
    [0.2, 0.3, 0.5],
  ],
  labels: [1, 2, 0],
  losses: [0.25, 1.5, 4],
};
const SECOND: Scored = { outputs: [[0.6, 0.3, 0.1]], labels: [1], losses: [2] };

describe("metrics", () => {
  it("accuracy is the fraction of right classes", () => {
    expect(valueOf(accuracy(), FIRST, SECOND)).toBe(1 / 4);
  });

  it("accuracy takes the first of equal outputs, and no class for NaN labels out of range", () => {
    expect(valueOf(accuracy(), { outputs: [[1, 1, 0]], labels: [0] })).toBe(1);
    expect(valueOf(accuracy(), { outputs: [[1, 1, 0]], labels: [1] })).toBe(0);
    expect(valueOf(accuracy(), { outputs: [[0, 0, 1]], labels: [7] })).toBe(0);
  });

  it("accuracy counts every label where there are several per sample", () => {
    const metric = accuracy();
    const values = tf.tidy(() =>
      metric
        .measure({
          outputs: tf.tensor3d([0.1, 0.9, 0.9, 0.1], [1, 2, 2]), // classes on axis 1
          labels: tf.tensor2d([1, 1], [1, 2], "int32"),
          losses: tf.tensor1d([0]),
        })
        .dataSync<"float32">(),
    );
    expect(metric.value(metric.combine(undefined, values, [0]), 1)).toBe(1 / 2);
  });

  it("topK counts labels among the k highest", () => {
    expect(valueOf(topK(1), FIRST, SECOND)).toBe(1 / 4);
    expect(valueOf(topK(2), FIRST, SECOND)).toBe(3 / 4);
    expect(valueOf(topK(3), FIRST, SECOND)).toBe(1);
  });

  it("confusionMatrix has labels in rows and predictions in columns", () => {
    expect(valueOf(confusionMatrix(3), FIRST, SECOND)).toEqual([
      [0, 0, 1],
      [1, 1, 0],
      [1, 0, 0],
    ]);
  });

  it("confusionMatrix refuses a class that it has no row for", () => {
    expect(() => valueOf(confusionMatrix(2), FIRST)).toThrow(
      expect.objectContaining({
        op: "confusionMatrix",
        expected: "labels and predictions from 0 to 1",
        got: "2",
      }),
    );
  });

  it.each([
    ["topK", topK, 1],
    ["confusionMatrix", confusionMatrix, 1],
    ["worstMistakes", worstMistakes, 0],
  ] as const)("%s refuses what is no count", (op, metric: (count: number) => unknown, least) => {
    for (const count of [least - 1, 1.5, NaN]) {
      expect(() => metric(count)).toThrow(TrainingOptionError);
      expect(() => metric(count)).toThrow(
        expect.objectContaining({ op, expected: `a whole number of ${least} or more`, got: String(count) }),
      );
    }
  });

  it("worstMistakes keeps the highest losses among wrong predictions, the worst first", () => {
    const three = { index: 2, label: 0, predicted: 2, loss: 4 };
    const four = { index: 3, label: 1, predicted: 0, loss: 2 };
    const two = { index: 1, label: 2, predicted: 0, loss: 1.5 };
    expect(valueOf(worstMistakes(2), FIRST, SECOND)).toEqual([three, four]);
    expect(valueOf(worstMistakes(9), FIRST, SECOND)).toEqual([three, four, two]);
    expect(valueOf(worstMistakes(0), FIRST)).toEqual([]);
  });

  it("additiveMetric adds batches up", () => {
    const squares = additiveMetric(
      ({ losses }) => tf.sum(tf.square(losses)),
      ([sum], samples) => sum! / samples,
    );
    expect(valueOf(squares, FIRST, SECOND)).toBe((0.0625 + 2.25 + 16 + 4) / 4);
  });
});

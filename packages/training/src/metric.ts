import * as tf from "@tensorflow/tfjs-core";
import { TrainingOptionError } from "./errors.ts";

/** What a metric sees of a batch, on the device. */
export interface MeasuredBatch {
  /** What the net gave, `[n, ...]`; for classification `[n, classes]`. */
  readonly outputs: tf.Tensor;
  /** `[n]` class numbers, or targets. */
  readonly labels: tf.Tensor;
  /** Loss of each sample, `[n]`. */
  readonly losses: tf.Tensor;
}

/**
 * One figure of a run: measured per batch on the device, combined on the host in float64.
 *
 * Metrics hold no state. All measurements of a batch come back from the device in one read.
 */
export interface Metric<V> {
  /** A batch's values, any number of them, float32 or int32. */
  measure(batch: MeasuredBatch): tf.Tensor;
  /**
   * Adds a batch's values to the total.
   * @param total `undefined` at first.
   * @param indices place of each sample in its dataset.
   */
  combine(total: Float64Array | undefined, values: Float32Array, indices: ArrayLike<number>): Float64Array;
  /**
   * The figure.
   * @param samples how many samples the total covers.
   */
  value(total: Float64Array, samples: number): V;
}

/**
 * A metric whose batch values are simply added up.
 * @param measure sums over the batch's samples, any shape.
 * @param value the figure from the sums over all batches.
 * @example additiveMetric(({ losses }) => tf.sum(tf.square(losses)), ([sum], samples) => sum! / samples)
 */
export function additiveMetric<V>(
  measure: (batch: MeasuredBatch) => tf.Tensor,
  value: (sums: Float64Array, samples: number) => V,
): Metric<V> {
  return {
    measure,
    combine: (total, values) =>
      total === undefined ? Float64Array.from(values) : total.map((sum, i) => sum + values[i]!),
    value,
  };
}

/** Mean loss: sum of the per-sample losses over the number of samples. The loop measures it by itself. */
export function meanLoss(): Metric<number> {
  return additiveMetric(
    ({ losses }) => tf.sum(losses),
    ([sum], samples) => sum! / samples,
  );
}

/** Fraction of labels that are the class with the highest output (axis 1, the first of equals). */
export function accuracy(): Metric<number> {
  return fraction(({ outputs, labels }) => tf.equal(predicted(outputs), tf.cast(labels, "int32")));
}

/**
 * Fraction of samples whose label is among the `k` highest outputs.
 * @param k at least 1; outputs must have as many classes.
 * @throws {TrainingOptionError} unless it is a whole number of 1 or more.
 */
export function topK(k: number): Metric<number> {
  requireCount("topK", k);
  return fraction(({ outputs, labels }) => {
    const { indices } = tf.topk(outputs, k);
    return tf.any(tf.equal(indices, tf.expandDims(tf.cast(labels, "int32"), -1)), -1);
  });
}

/**
 * How often each label was taken for each class: `value[label][predicted]`.
 * @param classes number of classes.
 * @throws {TrainingOptionError} unless it is a whole number of 1 or more; while measuring, for a label that is no class.
 */
export function confusionMatrix(classes: number): Metric<number[][]> {
  requireCount("confusionMatrix", classes);
  return {
    measure: ({ outputs, labels }) =>
      tf.concat([tf.reshape(tf.cast(labels, "int32"), [-1]), tf.reshape(predicted(outputs), [-1])]),
    combine(total, values) {
      const counts = total ?? new Float64Array(classes * classes);
      const n = values.length / 2;
      for (let i = 0; i < n; i++) {
        const label = known(values[i]!, classes);
        counts[label * classes + known(values[n + i]!, classes)]! += 1;
      }
      return counts;
    },
    value: (total) =>
      Array.from({ length: classes }, (_, label) => [...total.subarray(label * classes, (label + 1) * classes)]),
  };
}

/** The class with the highest output on axis 1. */
export function predicted(outputs: tf.Tensor): tf.Tensor {
  return tf.argMax(outputs, 1);
}

/** @throws {TrainingOptionError} unless `count` is a whole number of `least` or more. */
export function requireCount(op: string, count: number, least = 1): void {
  if (Number.isInteger(count) && count >= least) return;
  throw new TrainingOptionError(op, `a whole number of ${least} or more`, String(count));
}

function fraction(isRight: (batch: MeasuredBatch) => tf.Tensor): Metric<number> {
  return additiveMetric(
    (batch) => {
      const right = isRight(batch);
      return tf.stack([tf.sum(tf.cast(right, "float32")), tf.scalar(right.size)]);
    },
    ([right, all]) => right! / all!,
  );
}

function known(label: number, classes: number): number {
  if (label >= 0 && label < classes) return label;
  throw new TrainingOptionError("confusionMatrix", `labels and predictions from 0 to ${classes - 1}`, String(label));
}

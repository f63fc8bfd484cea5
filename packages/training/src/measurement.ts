import * as tf from "@tensorflow/tfjs-core";
import { TrainingOptionError } from "./errors.ts";
import { accuracy, meanLoss, type MeasuredBatch, type Metric } from "./metric.ts";

/** Metrics by the name that their values get in a {@link Measurement}. */
export type Metrics = Readonly<Record<string, Metric<unknown>>>;

/** What is measured where nothing else is asked for. */
export type DefaultMetrics = { readonly accuracy: Metric<number> };

/** Figures over a number of samples: the mean loss, and the value of each metric under its name. */
export type Measurement<M = DefaultMetrics> = {
  /** Sum of the per-sample losses over the number of samples. */
  readonly loss: number;
  readonly samples: number;
} & { readonly [K in keyof M]: M[K] extends Metric<infer V> ? V : never };

/** Accuracy alone. */
export function defaultMetrics(): DefaultMetrics {
  return { accuracy: accuracy() };
}

/** The measurements of one batch, on their way from the device. */
export type Reading = {
  /** All metrics' values one after the other, the summed loss first; float32. */
  readonly values: tf.Tensor1D;
  /** How many of them belong to each metric. */
  readonly sizes: number[];
};

/** Totals in the form a checkpoint keeps. */
export interface MeterState {
  readonly samples: number;
  readonly totals: Readonly<Record<string, Float64Array>>;
}

/** The loss and the metrics of a run, and the order in which they come back from the device. */
export class Gauge<M extends Metrics> {
  readonly #metrics: readonly (readonly [name: string, metric: Metric<unknown>])[];

  /** @throws {TrainingOptionError} for a metric named as one of the fixed figures. */
  constructor(op: string, metrics: M) {
    for (const name of ["loss", "samples"]) {
      if (name in metrics) throw new TrainingOptionError(op, "metrics under names of their own", `one named ${name}`);
    }
    this.#metrics = [["loss", meanLoss()], ...Object.entries(metrics)];
  }

  /** Names of the figures in the order of their values. */
  get names(): string[] {
    return this.#metrics.map(([name]) => name);
  }

  /**
   * Measures a batch on the device.
   * @throws {TrainingOptionError} when there is not one loss per sample.
   */
  measure(op: string, batch: MeasuredBatch): Reading {
    const n = batch.outputs.shape[0] ?? 1;
    if (batch.losses.shape[0] !== n) {
      throw new TrainingOptionError(op, `one loss per sample, [${n}]`, `[${batch.losses.shape.join(", ")}]`);
    }
    return tf.tidy(() => {
      const parts = this.#metrics.map(([, metric]) => tf.reshape(tf.cast(metric.measure(batch), "float32"), [-1]));
      return { values: tf.concat1d(parts as tf.Tensor1D[]), sizes: parts.map((part) => part.size) };
    });
  }

  /** A meter at zero, or with the totals of a checkpoint. */
  meter(state?: MeterState): Meter<M> {
    return new Meter(this.#metrics, state);
  }
}

/** Running totals over batches, in float64. */
export class Meter<M extends Metrics> {
  readonly #metrics: readonly (readonly [name: string, metric: Metric<unknown>])[];
  readonly #totals = new Map<string, Float64Array>();
  samples = 0;

  constructor(metrics: readonly (readonly [name: string, metric: Metric<unknown>])[], state?: MeterState) {
    this.#metrics = metrics;
    if (state === undefined) return;
    this.samples = state.samples;
    for (const [name, total] of Object.entries(state.totals)) this.#totals.set(name, total.slice());
  }

  /**
   * Adds what a batch gave.
   * @param indices place of each sample in its dataset; counted on from the last batch if the batch does not say.
   */
  add(values: Float32Array, sizes: readonly number[], samples: number, indices?: ArrayLike<number>): void {
    const places = indices ?? Array.from({ length: samples }, (_, i) => this.samples + i);
    let start = 0;
    for (const [i, [name, metric]] of this.#metrics.entries()) {
      const part = values.subarray(start, (start += sizes[i]!));
      this.#totals.set(name, metric.combine(this.#totals.get(name), part, places));
    }
    this.samples += samples;
  }

  /** The figures so far. */
  measurement(): Measurement<M> {
    const figures: Record<string, unknown> = { loss: NaN, samples: this.samples };
    for (const [name, metric] of this.#metrics) {
      const total = this.#totals.get(name);
      if (total !== undefined) figures[name] = metric.value(total, this.samples);
    }
    return figures as Measurement<M>;
  }

  /** The totals so far; a copy. */
  state(): MeterState {
    const totals = Object.fromEntries([...this.#totals].map(([name, total]) => [name, total.slice()]));
    return { samples: this.samples, totals };
  }
}

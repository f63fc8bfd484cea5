import * as tf from "@tensorflow/tfjs-core";
import { sampleCount, type Batch, type IndexBatch } from "./batch.ts";
import type { Reading } from "./measurement.ts";

/** A step whose figures have been read. */
export interface ReadStep {
  readonly values: Float32Array;
  readonly sizes: readonly number[];
  readonly samples: number;
  /** Place of each sample in its dataset. */
  readonly indices: ArrayLike<number> | undefined;
  /** Of the loader, behind the batch. */
  readonly position: unknown;
  /** Before the step's update. */
  readonly learningRate: number;
}

type Pending = Omit<ReadStep, "values"> & { readonly values: tf.Tensor1D };

/** Steps whose figures are still on the device: all of them come back in one read. */
export class PendingSteps {
  #steps: Pending[] = [];

  get length(): number {
    return this.#steps.length;
  }

  /** Adds a step, whose values it owns from here on. */
  add(
    { values, sizes }: Reading,
    batch: Batch | IndexBatch,
    { position, learningRate }: Pick<ReadStep, "position" | "learningRate">,
  ): void {
    this.#steps.push({ values, sizes, samples: sampleCount(batch), indices: batch.indices, position, learningRate });
  }

  /** Reads all figures, in the order of the steps, and frees them on the device. */
  async read(): Promise<ReadStep[]> {
    const steps = this.#steps;
    this.#steps = [];
    const [first] = steps;
    if (first === undefined) return [];
    const all = steps.length === 1 ? first.values : tf.concat1d(steps.map(({ values }) => values));
    if (steps.length > 1) tf.dispose(steps.map(({ values }) => values));
    try {
      const numbers = await all.data<"float32">();
      let end = 0;
      return steps.map((step) => ({ ...step, values: numbers.subarray(end, (end += step.values.size)) }));
    } finally {
      all.dispose();
    }
  }

  /** Frees what was not read. */
  dispose(): void {
    tf.dispose(this.#steps.map(({ values }) => values));
    this.#steps = [];
  }
}

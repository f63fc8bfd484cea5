import * as tf from "@tensorflow/tfjs-core";
import { sampleCount, type Batch, type IndexBatch } from "./batch.ts";
import type { Reading } from "./measurement.ts";

/** The figures of a batch, and what was put beside them. */
export type ReadBatch<Beside> = Beside & {
  readonly values: Float32Array;
  readonly sizes: readonly number[];
  readonly samples: number;
  /** Place of each sample in its dataset. */
  readonly indices: ArrayLike<number> | undefined;
};

type Pending<Beside> = Omit<ReadBatch<unknown>, "values"> & {
  readonly values: tf.Tensor1D;
  readonly beside: Beside;
};

/** Batches whose figures are still on the device: all of them come back in one read. */
export class PendingReadings<Beside> {
  #batches: Pending<Beside>[] = [];

  get length(): number {
    return this.#batches.length;
  }

  /** Adds the figures of a batch, which it owns from here on. */
  add({ values, sizes }: Reading, batch: Batch | IndexBatch, beside: Beside): void {
    this.#batches.push({ values, sizes, samples: sampleCount(batch), indices: batch.indices, beside });
  }

  /** Reads all figures, in the order of the batches, and frees them on the device. */
  async read(): Promise<ReadBatch<Beside>[]> {
    const batches = this.#batches;
    this.#batches = [];
    const [first] = batches;
    if (first === undefined) return [];
    const all = batches.length === 1 ? first.values : tf.concat1d(batches.map(({ values }) => values));
    if (batches.length > 1) tf.dispose(batches.map(({ values }) => values));
    try {
      const numbers = await all.data<"float32">();
      let end = 0;
      return batches.map(({ values, sizes, samples, indices, beside }) => ({
        ...beside,
        ...{ sizes, samples, indices },
        values: numbers.subarray(end, (end += values.size)),
      }));
    } finally {
      all.dispose();
    }
  }

  /** Frees what was not read. */
  dispose(): void {
    tf.dispose(this.#batches.map(({ values }) => values));
    this.#batches = [];
  }
}

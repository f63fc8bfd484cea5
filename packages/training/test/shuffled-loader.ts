import type { ArrayBatch } from "../src/index.ts";
import { Draws } from "./draws.ts";

export interface Samples {
  readonly inputs: readonly (readonly number[])[];
  readonly labels: readonly number[];
}

/** `n` samples of `inputs` numbers; the label is the place of the largest of the first three. */
export function samples(n: number, inputs = 4, seed = 7): Samples {
  const draws = new Draws(seed);
  const rows = Array.from({ length: n }, () => Array.from({ length: inputs }, () => draws.next() - 0.5));
  return { inputs: rows, labels: rows.map((row) => row.slice(0, 3).indexOf(Math.max(...row.slice(0, 3)))) };
}

/** The samples at some places as one batch. */
export function batchOf({ inputs, labels }: Samples, indices: readonly number[]): ArrayBatch {
  const rows = indices.map((i) => inputs[i]!);
  return {
    arrays: [
      { data: Float32Array.from(rows.flat()), shape: [rows.length, inputs[0]!.length] },
      { data: Int32Array.from(indices, (i) => labels[i]!), shape: [rows.length] },
    ],
    indices: Int32Array.from(indices),
  };
}

/** A loader that shuffles anew in every epoch, by seed and epoch; the last batch may be short. */
export class ShuffledLoader {
  readonly batchSize: number;
  readonly #samples: Samples;
  readonly #seed: number;
  #epoch = 0;
  #batch = 0;

  constructor(data: Samples, batchSize: number, seed = 3) {
    this.#samples = data;
    this.batchSize = batchSize;
    this.#seed = seed;
  }

  get length(): number {
    return Math.ceil(this.#samples.labels.length / this.batchSize);
  }

  state(): { readonly epoch: number; readonly batch: number } {
    return { epoch: this.#epoch, batch: this.#batch };
  }

  restore({ epoch, batch }: { readonly epoch: number; readonly batch: number }): void {
    this.#epoch = epoch;
    this.#batch = batch;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ArrayBatch, void> {
    const epoch = this.#epoch;
    const order = this.#order(epoch);
    for (let i = this.#batch; i < this.length; i++) {
      const isLast = i + 1 === this.length;
      this.restore(isLast ? { epoch: epoch + 1, batch: 0 } : { epoch, batch: i + 1 });
      yield batchOf(this.#samples, order.slice(i * this.batchSize, (i + 1) * this.batchSize));
    }
  }

  #order(epoch: number): number[] {
    const draws = new Draws(this.#seed * 1000 + epoch);
    const keys = this.#samples.labels.map(() => draws.next());
    return keys.map((_, i) => i).toSorted((a, b) => keys[a]! - keys[b]!);
  }
}

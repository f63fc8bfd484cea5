import { DataOptionError } from "./errors.ts";
import type { Random } from "./random.ts";
import { seededRandom } from "./random.ts";

/** What random transforms of a batch depend on, besides the index of each sample. */
export interface Draw {
  readonly seed: number;
  readonly epoch: number;
}

/** A batch of samples that are not packed into arrays. */
export interface SampleBatch<S> {
  readonly samples: readonly S[];
  /** Which samples of the dataset these are, [n]. */
  readonly indices: Int32Array;
}

/**
 * A numbered collection of samples `S` that can hand out batches `B`.
 *
 * @see Gluon 1.9, mxnet.gluon.data.Dataset
 */
export abstract class Dataset<S, B> {
  /** Number of samples. */
  abstract readonly length: number;

  /**
   * One sample.
   *
   * @param index from 0 to length − 1.
   * @param random where random transforms take their numbers, default `seededRandom(0, 0, index)`.
   * @throws DataOptionError when the index is out of range.
   */
  abstract get(index: number, random?: Random): S;

  /**
   * Several samples as one batch.
   *
   * @param indices which samples, in order.
   * @param draw seed and epoch of random transforms, default both 0.
   */
  abstract batch(indices: Int32Array, draw?: Draw): B;

  /**
   * All samples as one batch that shares memory with this dataset, where every batch is rows of it; `undefined` where
   * batches are made anew.
   */
  get packed(): B | undefined {
    return undefined;
  }

  /** This dataset with `fn` applied to each sample when it is asked for. */
  transform<T>(fn: (sample: S, random: Random) => T): Dataset<T, SampleBatch<T>> {
    return new MappedDataset(this.length, (index, random) => fn(this.get(index, random), random));
  }

  /** The first `count` samples, or all if there are fewer. */
  take(count: number): Dataset<S, B> {
    return this.subset(takenRows(this.length, count));
  }

  /** Part `index` of `numShards` parts of equal length; the first ones take one more where they cannot be equal. */
  shard(numShards: number, index: number): Dataset<S, B> {
    return this.subset(shardRows(this.length, numShards, index));
  }

  /** The samples for which `predicate` holds, found now. */
  filter(predicate: (sample: S, index: number) => boolean): Dataset<S, B> {
    return this.subset(this.rowsWhere(predicate));
  }

  /** The samples of the given indices, in that order. */
  abstract subset(rows: Int32Array): Dataset<S, B>;

  /** The samples one after another, transformed. */
  *[Symbol.iterator](): Generator<S> {
    for (let index = 0; index < this.length; index++) yield this.get(index);
  }

  /** Indices of the samples for which `predicate` holds. */
  protected rowsWhere(predicate: (sample: S, index: number) => boolean): Int32Array {
    const rows: number[] = [];
    for (let index = 0; index < this.length; index++) if (predicate(this.get(index), index)) rows.push(index);
    return Int32Array.from(rows);
  }
}

/** Samples computed one by one. */
class MappedDataset<S> extends Dataset<S, SampleBatch<S>> {
  override readonly length: number;
  readonly #sample: (index: number, random: Random) => S;

  constructor(length: number, sample: (index: number, random: Random) => S) {
    super();
    this.length = length;
    this.#sample = sample;
  }

  override get(index: number, random: Random = seededRandom(0, 0, index)): S {
    return this.#sample(checkedIndex(index, this.length), random);
  }

  override batch(indices: Int32Array, { seed, epoch }: Draw = { seed: 0, epoch: 0 }): SampleBatch<S> {
    return { samples: Array.from(indices, (index) => this.get(index, seededRandom(seed, epoch, index))), indices };
  }

  override subset(rows: Int32Array): Dataset<S, SampleBatch<S>> {
    return new MappedDataset(rows.length, (index, random) => this.get(rows[index] ?? -1, random));
  }
}

/**
 * Anything with a length and numbered items, as a dataset.
 *
 * @see Gluon 1.9, mxnet.gluon.data.SimpleDataset
 */
export class SimpleDataset<S> extends MappedDataset<S> {
  /** @param items the samples; not copied. */
  constructor(items: ArrayLike<S>) {
    super(items.length, (index) => items[index] as S);
  }
}

/** The index, once it is found to be one of `length` samples. */
export function checkedIndex(index: number, length: number): number {
  if (Number.isInteger(index) && index >= 0 && index < length) return index;
  throw new DataOptionError("Dataset.get", `an index from 0 to ${length - 1}`, `${index}`);
}

function takenRows(length: number, count: number): Int32Array {
  if (!Number.isInteger(count) || count < 0) {
    throw new DataOptionError("Dataset.take", "a count of at least 0", `${count}`);
  }
  return range(0, Math.min(count, length));
}

function shardRows(length: number, numShards: number, index: number): Int32Array {
  if (!Number.isInteger(numShards) || numShards < 1) {
    throw new DataOptionError("Dataset.shard", "at least 1 shard", `${numShards}`);
  }
  if (!Number.isInteger(index) || index < 0 || index >= numShards) {
    throw new DataOptionError("Dataset.shard", `an index from 0 to ${numShards - 1}`, `${index}`);
  }
  const each = Math.floor(length / numShards);
  const rest = length % numShards;
  const start = each * index + Math.min(index, rest);
  return range(start, start + each + (index < rest ? 1 : 0));
}

function range(start: number, end: number): Int32Array {
  return Int32Array.from({ length: end - start }, (_, i) => start + i);
}

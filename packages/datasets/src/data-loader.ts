import type { EpochOrder, LastBatch } from "./batch-order.ts";
import { batchCount, batchIndices, numpyOrder, seededOrder, sequentialOrder } from "./batch-order.ts";
import type { RunningWorkers, BatchWorkers } from "./batch-workers.ts";
import type { Dataset } from "./dataset.ts";
import { DataOptionError } from "./errors.ts";
import { ImageDataset } from "./image-dataset.ts";

/** Options of a DataLoader. */
export interface DataLoaderOptions {
  /** Samples in a batch. */
  readonly batchSize: number;
  /**
   * A new order in every epoch, default false. With "numpy" the orders are those of NumPy's legacy generator, seeded
   * once: what MXNet's loader gives after `np.random.seed(seed)`.
   */
  readonly shuffle?: boolean | "numpy" | undefined;
  /** Decides the orders and the random transforms, an integer in [0, 2³²), default 0. */
  readonly seed?: number | undefined;
  /**
   * A short last batch is given out (`keep`, the default), left out (`discard`), or its samples open the next epoch
   * (`rollover`).
   */
  readonly lastBatch?: LastBatch | undefined;
  /** Threads that transform pictures, default none; only for an ImageDataset. */
  readonly workers?: BatchWorkers | undefined;
  /** Batches under way with workers, default 2 · workers.size. Without workers each batch is made when asked for. */
  readonly prefetch?: number | undefined;
}

/** Where a loader stands, as plain data: the batch that comes next. */
export interface LoaderState {
  readonly seed: number;
  readonly epoch: number;
  readonly batch: number;
}

/** Where an iteration starts; what is left out is taken from the loader's position. */
export interface IterateOptions {
  readonly epoch?: number | undefined;
  /** Default 0 when `epoch` is given. */
  readonly startBatch?: number | undefined;
}

/**
 * Batches of a dataset, epoch by epoch.
 *
 * Order and random transforms depend on (seed, epoch, index) only: with or without worker threads, from the first
 * batch or resumed at any other, the numbers are the same.
 *
 * @see Gluon 1.9, mxnet.gluon.data.DataLoader
 */
export class DataLoader<S, B> {
  readonly dataset: Dataset<S, B>;
  readonly batchSize: number;
  readonly #lastBatch: LastBatch;
  readonly #shuffle: boolean | "numpy";
  readonly #workers: BatchWorkers | undefined;
  readonly #prefetch: number;
  #seed: number;
  #order: EpochOrder;
  #epoch = 0;
  #batch = 0;
  #running: RunningWorkers | undefined;

  /**
   * @param dataset anything that hands out batches.
   * @throws DataOptionError when an option does not fit.
   */
  constructor(dataset: Dataset<S, B>, options: DataLoaderOptions) {
    const { batchSize, shuffle = false, seed = 0, lastBatch = "keep", workers } = options;
    checkCount("batchSize", batchSize, 1);
    if (!["keep", "discard", "rollover"].includes(lastBatch)) {
      throw new DataOptionError("DataLoader", 'lastBatch to be "keep", "discard" or "rollover"', `"${lastBatch}"`);
    }
    if (dataset.length === 0) throw new DataOptionError("DataLoader", "at least one sample", "an empty dataset");
    if (workers !== undefined && !(dataset instanceof ImageDataset)) {
      throw new DataOptionError("DataLoader", "an ImageDataset, for worker threads", "another dataset");
    }
    this.dataset = dataset;
    this.batchSize = batchSize;
    this.#shuffle = shuffle;
    this.#lastBatch = lastBatch;
    this.#workers = workers;
    checkCount("prefetch", options.prefetch ?? 1, 1);
    this.#prefetch = workers === undefined ? 1 : (options.prefetch ?? 2 * workers.size);
    this.#seed = checkedSeed(seed);
    this.#order = this.#makeOrder();
  }

  /** Number of batches in the current epoch. */
  get length(): number {
    return this.lengthOf(this.#epoch);
  }

  /** Number of batches in an epoch; only with `rollover` does it differ between epochs. */
  lengthOf(epoch: number): number {
    checkCount("epoch", epoch, 0);
    return batchCount(this.dataset.length, this.batchSize, this.#lastBatch, epoch);
  }

  /** The order of all samples in an epoch, before they are cut into batches; a copy. */
  order(epoch: number): Int32Array {
    checkCount("epoch", epoch, 0);
    return this.#order(epoch).slice();
  }

  /** Batch `index` of an epoch, made here and now. The loader's position stays. */
  batch(epoch: number, index: number): B {
    this.#checkBatch(epoch, index);
    if (index === this.lengthOf(epoch)) {
      throw new DataOptionError("DataLoader.batch", `an index from 0 to ${this.lengthOf(epoch) - 1}`, `${index}`);
    }
    return this.dataset.batch(this.#indices(epoch, index), { seed: this.#seed, epoch });
  }

  /** One whole epoch. */
  epoch(epoch: number): AsyncGenerator<B, void, void> {
    return this.iterate({ epoch, startBatch: 0 });
  }

  /** From the loader's position to the end of its epoch. */
  [Symbol.asyncIterator](): AsyncGenerator<B, void, void> {
    return this.iterate();
  }

  /**
   * From a batch to the end of its epoch. The position of the loader follows: while a batch is being used, `state()`
   * names the one after it.
   *
   * @throws DataOptionError when the epoch has no such batch.
   */
  iterate(options: IterateOptions = {}): AsyncGenerator<B, void, void> {
    return this.#iterate(options, this.#prefetch, (epoch, index) => this.#request(epoch, index));
  }

  /** All samples as one batch, where every batch is rows of it: after `materialize()`, with no transform left to run. */
  get samples(): B | undefined {
    return this.dataset.packed;
  }

  /** What {@link iterate} gives, as places in the dataset alone; the position follows alike. */
  indexBatches(options: IterateOptions = {}): AsyncGenerator<{ readonly indices: Int32Array }, void, void> {
    return this.#iterate(options, 1, async (epoch, index) => ({ indices: this.#indices(epoch, index) }));
  }

  /** The batch that comes next. */
  state(): LoaderState {
    return { seed: this.#seed, epoch: this.#epoch, batch: this.#batch };
  }

  /**
   * Continues where another loader of the same dataset and options stood.
   *
   * @throws DataOptionError when there is no such batch.
   */
  restore({ seed, epoch, batch }: LoaderState): void {
    checkedSeed(seed);
    this.#checkBatch(epoch, batch);
    if (seed !== this.#seed) {
      this.#seed = seed;
      this.#order = this.#makeOrder();
    }
    this.#moveTo(epoch, batch);
  }

  /** Ends the worker threads, if there are any; a later iteration starts them again. */
  async close(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await running?.close();
  }

  async *#iterate<T>(
    options: IterateOptions,
    prefetch: number,
    request: (epoch: number, index: number) => Promise<T>,
  ): AsyncGenerator<T, void, void> {
    const epoch = options.epoch ?? this.#epoch;
    const startBatch = options.startBatch ?? (options.epoch === undefined ? this.#batch : 0);
    this.#checkBatch(epoch, startBatch);
    const end = this.lengthOf(epoch);
    this.#moveTo(epoch, startBatch);
    const pending: Promise<T>[] = [];
    try {
      for (let index = startBatch, next = startBatch; index < end; index++) {
        for (; next < end && pending.length < prefetch; next++) pending.push(request(epoch, next));
        const batch = await pending.shift();
        this.#moveTo(epoch, index + 1);
        yield batch as T;
      }
    } finally {
      await Promise.allSettled(pending);
    }
  }

  #request(epoch: number, index: number): Promise<B> {
    const request = this.#make(epoch, index);
    request.catch(() => {}); // reported when its turn comes, not as unhandled while it waits
    return request;
  }

  async #make(epoch: number, index: number): Promise<B> {
    const { dataset } = this;
    if (this.#workers === undefined || !(dataset instanceof ImageDataset)) return this.batch(epoch, index);
    this.#running ??= this.#workers.start(dataset);
    const indices = this.#indices(epoch, index);
    const images = await this.#running.render({ seed: this.#seed, epoch, indices, ...dataset.select(indices) });
    return { images, ...dataset.labelled(indices) } as B;
  }

  #indices(epoch: number, index: number): Int32Array {
    return batchIndices(this.#order, this.dataset.length, this.batchSize, this.#lastBatch, epoch, index);
  }

  #makeOrder(): EpochOrder {
    const n = this.dataset.length;
    if (this.#shuffle === false) return sequentialOrder(n);
    return this.#shuffle === "numpy" ? numpyOrder(n, this.#seed) : seededOrder(n, this.#seed);
  }

  #moveTo(epoch: number, batch: number): void {
    const isDone = batch >= this.lengthOf(epoch);
    this.#epoch = isDone ? epoch + 1 : epoch;
    this.#batch = isDone ? 0 : batch;
  }

  #checkBatch(epoch: number, index: number): void {
    const end = this.lengthOf(epoch);
    if (Number.isInteger(index) && index >= 0 && index <= end) return;
    throw new DataOptionError("DataLoader", `a batch from 0 to ${end} of epoch ${epoch}`, `${index}`);
  }
}

function checkCount(name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new DataOptionError("DataLoader", `${name} to be an integer of at least ${least}`, `${value}`);
}

function checkedSeed(seed: number): number {
  if (Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32) return seed;
  throw new DataOptionError("DataLoader", "seed to be an integer from 0 to 4294967295", `${seed}`);
}

import { mt19937 } from "./mt19937.ts";
import type { Random } from "./random.ts";
import { randomUpTo, seededRandom, shuffledIndices } from "./random.ts";

/** What happens to the samples that do not fill a batch at the end of an epoch. */
export type LastBatch = "keep" | "discard" | "rollover";

/** The order of the samples in each epoch. */
export type EpochOrder = (epoch: number) => Int32Array;

/** 0 to n − 1 in every epoch. */
export function sequentialOrder(n: number): EpochOrder {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  return () => order;
}

/** An order that depends on (seed, epoch) only. */
export function seededOrder(n: number, seed: number): EpochOrder {
  return remembered((epoch) => shuffledIndices(n, seededRandom(seed, epoch)));
}

/**
 * The orders of a process that calls `np.random.seed(seed)` once and `np.random.shuffle(np.arange(n))` before every
 * epoch, as MXNet's loader does. One generator runs through all epochs: a later epoch costs the draws of those before.
 *
 * @see NumPy 2.4.6, numpy.random.RandomState.shuffle
 */
export function numpyOrder(n: number, seed: number): EpochOrder {
  let random: Random = mt19937(seed);
  let nextEpoch = 0;
  return remembered((epoch) => {
    if (epoch < nextEpoch) {
      random = mt19937(seed);
      nextEpoch = 0;
    }
    for (; nextEpoch < epoch; nextEpoch++) for (let i = n - 1; i > 0; i--) randomUpTo(random, i);
    nextEpoch++;
    return shuffledIndices(n, random);
  });
}

/** The two orders asked for last: one batch of a rollover can need both. */
function remembered(make: EpochOrder): EpochOrder {
  const known = new Map<number, Int32Array>();
  return (epoch) => {
    const order = known.get(epoch) ?? make(epoch);
    known.delete(epoch);
    known.set(epoch, order);
    for (const oldest of known.keys()) if (known.size > 2) known.delete(oldest);
    return order;
  };
}

/**
 * Number of batches in an epoch of n samples.
 *
 * keep ⌈n/b⌉, discard ⌊n/b⌋, rollover ⌊(carry + n)/b⌋ with the carry of the epochs before.
 *
 * @see Gluon 1.9, mxnet.gluon.data.BatchSampler
 */
export function batchCount(n: number, batchSize: number, lastBatch: LastBatch, epoch: number): number {
  if (lastBatch === "keep") return Math.ceil(n / batchSize);
  if (lastBatch === "discard") return Math.floor(n / batchSize);
  return Math.floor(((epoch + 1) * n) / batchSize) - Math.floor((epoch * n) / batchSize);
}

/** The samples of batch `index` of an epoch. */
export function batchIndices(
  order: EpochOrder,
  n: number,
  batchSize: number,
  lastBatch: LastBatch,
  epoch: number,
  index: number,
): Int32Array {
  if (lastBatch !== "rollover") return order(epoch).slice(index * batchSize, (index + 1) * batchSize);
  // Rolling over joins all epochs into one endless list, cut at every multiple of the batch size; a batch belongs to
  // the epoch in which it is completed.
  const first = (Math.floor((epoch * n) / batchSize) + index) * batchSize;
  const firstEpoch = Math.floor(first / n);
  const indices = new Int32Array(batchSize);
  for (let filled = 0, from = firstEpoch; filled < batchSize; from++) {
    const start = from === firstEpoch ? first - from * n : 0;
    const part = order(from).subarray(start, start + batchSize - filled);
    indices.set(part, filled);
    filled += part.length;
  }
  return indices;
}

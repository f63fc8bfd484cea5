import type * as tf from "@tensorflow/tfjs-core";
import type { IndexBatch } from "./batch.ts";

/** A value, or a promise of it: states may have to be read back from a device. */
export type Awaitable<T> = T | Promise<T>;

/** Values of one parameter as plain data. */
export interface SavedTensor {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Float32Array;
}

/** What the loop needs of a parameter. */
export interface NetParameter {
  /** False until the first forward pass where the shape depends on the input. */
  readonly isInitialized: boolean;
  /** One entry per axis, 0 where the size is not known yet. */
  readonly shape: readonly number[];
}

/** What the loop needs of a network. A `Block` of `@camada/layers` has this form. */
export interface Net {
  /**
   * The outputs for a batch.
   * @param x inputs, batch on the first axis.
   */
  forward(x: tf.Tensor): tf.Tensor;
  /** All parameters by their place in the network, as `state` names them. */
  structuralParams(): ReadonlyMap<string, NetParameter>;
  /** A copy of all parameters, by name. */
  state(): Awaitable<Readonly<Record<string, SavedTensor>>>;
  /** Takes the values of all parameters; shapes not known yet are taken from them. */
  loadState(state: Readonly<Record<string, SavedTensor>>): Awaitable<void>;
}

/** What the loop needs of a loss. */
export interface Loss {
  /** One loss per sample, `[n]`. */
  forward(outputs: tf.Tensor, labels: tf.Tensor): tf.Tensor;
}

/** What one training step needs of a trainer. */
export interface Stepper {
  /** Updates the parameters by their gradients divided by `batchSize`. */
  step(batchSize: number): void;
}

/** What the loop needs of a trainer. `Trainer` of `@camada/optimizers` has this form. */
export interface TrainerLike extends Stepper {
  /** Of the last update, schedule included. */
  readonly learningRate: number;
  /** Optimizer states as plain data and typed arrays. */
  states(): Awaitable<unknown>;
  /** Takes over what {@link TrainerLike.states} gave. */
  restoreStates(states: never): Awaitable<void>;
}

/** A thing whose state can be taken as plain data and typed arrays, and given back. A random source has this form. */
export interface Stateful {
  /** A copy of the state. */
  state(): unknown;
  /** Takes over what {@link Stateful.state} gave. */
  restore(state: never): void;
}

/**
 * Batches from the current position to the end of an epoch. A `DataLoader` of `@camada/datasets` has this form; an array
 * of batches does too.
 */
export type Loader<B> = (Iterable<B> | AsyncIterable<B>) & {
  /** Batches of the current epoch, those before the current position included. */
  readonly length: number;
  /** Samples of a full batch. */
  readonly batchSize?: number;
  /** The position: which batch comes next, of which epoch, in which order. */
  state?(): unknown;
  /** Goes to a position. */
  restore?(state: never): void;
  /**
   * All samples as one batch, where batches are rows of it, the same in every epoch. Where a device can pick images by
   * their places, they are sent there once.
   */
  readonly samples?: B | undefined;
  /** What iterating gives, as places in `samples` alone; the position follows as it does there. */
  indexBatches?(): AsyncIterable<IndexBatch>;
};

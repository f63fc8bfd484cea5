import type { Batch } from "./batch.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { Loader, Loss, Net, Stateful, TrainerLike } from "./contracts.ts";
import { checkEarlyStopping, type EarlyStopping } from "./early-stopping.ts";
import { TrainingOptionError } from "./errors.ts";
import type { AbortSignalLike } from "./evaluate.ts";
import type { DefaultMetrics, Metrics } from "./measurement.ts";

/** Options of `train`. */
export interface TrainOptions<M extends Metrics = DefaultMetrics> {
  readonly net: Net;
  readonly loss: Loss;
  readonly trainer: TrainerLike;
  /** Trained on from its current position. Its batches must depend on nothing but its own state. */
  readonly trainLoader: Loader<Batch>;
  /** Evaluated after every epoch. */
  readonly testLoader?: Loader<Batch> | undefined;
  /** Epochs in all, those before a resumed checkpoint included. */
  readonly epochs: number;
  /** What is measured besides the loss, under the names the records use; accuracy. For regression: `{}`. */
  readonly metrics?: M | undefined;
  /** Samples of a full batch; the loader's `batchSize`. */
  readonly batchSize?: number | undefined;
  /**
   * What the gradients of a step are divided by: the size of a full batch, also for a shorter last one, as the lesson
   * does, or the batch's own; `batchSize`.
   */
  readonly divideBy?: "batchSize" | "samples" | undefined;
  readonly earlyStopping?: EarlyStopping | undefined;
  /** Ends the run between two steps, with its state kept. */
  readonly signal?: AbortSignalLike | undefined;
  /**
   * How often figures are read from the device and a step record is yielded: after so many steps, and at the end of an
   * epoch, before a checkpoint and on abort; 1, and `Infinity` for once an epoch. An evaluation reads its figures after as
   * many batches. The figures are the same. Above 1 the
   * device is not waited for in between, updates are made before losses are read, and a divergence is noticed at the next
   * read, by updates later.
   */
  readonly logEverySteps?: number | undefined;
  /**
   * Most bytes of images that a loader's `samples` may put on the device, where the backend can gather batches from them;
   * 2^30. 0: batches travel.
   */
  readonly residentLimitBytes?: number | undefined;
  /** How often the run yields a checkpoint: after so many epochs, after so many steps, or both; never. */
  readonly checkpointEvery?: { readonly epochs?: number | undefined; readonly steps?: number | undefined } | undefined;
  /** Where to go on. */
  readonly resume?: Checkpoint<M> | Checkpoint | undefined;
  /** Random sources whose state belongs to the run; the default one, which `Dropout` draws from. */
  readonly random?: readonly Stateful[] | undefined;
}

/** @throws {TrainingOptionError} for an option out of range. */
export function checkTrainOptions<M extends Metrics>(options: TrainOptions<M>): void {
  const { epochs, batchSize, checkpointEvery, earlyStopping, logEverySteps, residentLimitBytes = 0 } = options;
  if (!Number.isInteger(epochs) || epochs < 0) {
    throw new TrainingOptionError("train", "epochs to be a whole number", String(epochs));
  }
  if (!(residentLimitBytes >= 0)) {
    throw new TrainingOptionError("train", "residentLimitBytes to be 0 or more", String(residentLimitBytes));
  }
  const intervals = {
    batchSize,
    logEverySteps: logEverySteps === Infinity ? undefined : logEverySteps,
    "checkpointEvery.epochs": checkpointEvery?.epochs,
    "checkpointEvery.steps": checkpointEvery?.steps,
  };
  for (const [name, value] of Object.entries(intervals)) {
    if (value !== undefined && (!Number.isInteger(value) || value < 1)) {
      throw new TrainingOptionError("train", `${name} to be a whole number of 1 or more`, String(value));
    }
  }
  if (earlyStopping !== undefined) checkEarlyStopping(earlyStopping);
}

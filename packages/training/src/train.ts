import type { DefaultMetrics, Metrics } from "./measurement.ts";
import { checkTrainOptions, type TrainOptions } from "./train-options.ts";
import { TrainingRun } from "./training-run.ts";

/**
 * Trains a net and reports as it goes: a stream of typed records, one per step, evaluation, epoch and checkpoint, with a
 * `start` before and an `end` after them.
 *
 * Nothing runs until a record is asked for: not asking pauses the run, leaving the `for await` ends it. All tensors of a
 * step are freed in it. Per step: forward and backward over the batch, its figures read back once, update.
 * ```
 * train loss = Σ per-sample losses, each before the update of its batch / number of samples
 * ```
 * A run resumed from a checkpoint yields what the run that was not interrupted yields from there on, bit for bit on the
 * CPU, times aside.
 * @example for await (const record of train({ net, loss, trainer, trainLoader, epochs: 10 })) console.log(record.type);
 * @throws {TrainingOptionError} for an option out of range. While it runs: that, errors of the net, loss, trainer or
 *   loader, and {@link CheckpointFormatError} for a checkpoint of another run. NaN is no exception: the last record
 *   says `diverged`.
 * @see the lesson, cells K3 and K8; `train_validate` of its notebook.
 */
export function train<M extends Metrics = DefaultMetrics>(options: TrainOptions<M>): TrainingRun<M> {
  checkTrainOptions(options);
  return new TrainingRun(options);
}

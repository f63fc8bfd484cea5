import { defaultRandom } from "@camada/tensor";
import type { Checkpoint } from "./checkpoint.ts";
import type { Stateful } from "./contracts.ts";
import { CheckpointFormatError } from "./errors.ts";
import type { Gauge, Meter, Metrics } from "./measurement.ts";
import type { EpochRecord } from "./records.ts";
import { restoreCheckpoint } from "./restore-checkpoint.ts";
import type { TrainOptions } from "./train-options.ts";

/** How far a run has come, and everything that its next step depends on. */
export class RunState<M extends Metrics> {
  readonly #options: TrainOptions<M>;
  readonly #gauge: Gauge<M>;
  readonly #random: readonly Stateful[];
  /** Samples of a full batch. */
  readonly batchSize: number | undefined;
  history: EpochRecord<M>[] = [];
  /** Finished steps of the epoch under way. */
  step = 0;
  steps = 0;
  totalSteps = 0;
  isTrained = false;
  trainDurationMs = 0;
  meter: Meter<M>;
  /** Where the loader goes on. */
  position: unknown;

  constructor(options: TrainOptions<M>, gauge: Gauge<M>) {
    this.#options = options;
    this.#gauge = gauge;
    this.#random = options.random ?? [defaultRandom()];
    this.batchSize = options.batchSize ?? options.trainLoader.batchSize;
    this.meter = gauge.meter();
  }

  /** The epoch under way, counted from 1; between epochs the one that ended. */
  get epoch(): number {
    return this.history.length + (this.step > 0 ? 1 : 0);
  }

  /**
   * Goes to the beginning, or to where the checkpoint to resume from was taken.
   * @throws {CheckpointFormatError} when that belongs to another run.
   */
  async begin(): Promise<void> {
    const { net, trainer, trainLoader } = this.#options;
    const resume = this.#options.resume as Checkpoint<M> | undefined;
    if (resume !== undefined) {
      const { progress, history } = resume;
      if (progress.step > 0) this.#checkMidEpoch(progress);
      await restoreCheckpoint(resume, { net, trainer, trainLoader, random: this.#random });
      if (progress.step > 0 && !progress.isTrained && trainLoader.length !== progress.steps) {
        this.#refuse(`a loader of ${progress.steps} batches`, `one of ${trainLoader.length}`);
      }
      this.history = [...history];
      this.step = progress.step;
      this.steps = progress.steps;
      this.totalSteps = progress.totalSteps;
      this.isTrained = progress.isTrained;
      this.trainDurationMs = progress.trainDurationMs;
      this.meter = this.#gauge.meter(progress);
    }
    this.position = trainLoader.state?.();
  }

  /** Adds an epoch to the history and goes to the beginning of the next one. */
  finishEpoch(record: EpochRecord<M>): void {
    this.history.push(record);
    this.step = this.steps = 0;
    this.isTrained = false;
    this.trainDurationMs = 0;
    this.meter = this.#gauge.meter();
  }

  /** The whole state, copied. */
  async checkpoint(): Promise<Checkpoint<M>> {
    const { net, trainer } = this.#options;
    return {
      net: await net.state(),
      trainer: await trainer.states(),
      random: this.#random.map((source) => source.state()),
      loader: this.position ?? null,
      progress: {
        epoch: this.epoch,
        step: this.step,
        steps: this.steps,
        totalSteps: this.totalSteps,
        isTrained: this.isTrained,
        batchSize: this.batchSize ?? null,
        trainDurationMs: this.trainDurationMs,
        ...this.meter.state(),
      },
      history: [...this.history],
    };
  }

  /** The order of the rest of an epoch and its running means depend on these. */
  #checkMidEpoch({ batchSize, totals }: Checkpoint["progress"]): void {
    if (batchSize !== (this.batchSize ?? null)) {
      this.#refuse(`batches of ${String(batchSize)} until the end of the epoch`, String(this.batchSize));
    }
    const names = Object.keys(totals);
    if (names.join() !== this.#gauge.names.join()) {
      this.#refuse(`metrics ${names.join(", ")} until the end of the epoch`, this.#gauge.names.join(", "));
    }
  }

  #refuse(expected: string, got: string): never {
    throw new CheckpointFormatError("checkpoint", expected, got);
  }
}

import { sampleCount, type Batch, type IndexBatch } from "./batch.ts";
import { batchSource, type BatchSource } from "./batch-source.ts";
import type { Loader } from "./contracts.ts";
import type { Divergence } from "./errors.ts";
import { Evaluation, type AbortSignalLike } from "./evaluate.ts";
import type { MeasuredPass } from "./measured-pass.ts";
import type { Gauge, Measurement, Metrics } from "./measurement.ts";
import { PendingReadings } from "./pending-readings.ts";
import type { RunState } from "./run-state.ts";
import type { TrainOptions } from "./train-options.ts";
import { trainingPass } from "./train-step.ts";

/** Most bytes of images that are kept on a device unless the caller says otherwise. */
const RESIDENT_LIMIT_BYTES = 2 ** 30;

/** What reading the figures of some steps brought: their measurement, unless a loss was not finite. */
export interface StepsRead<M extends Metrics> {
  /** Of the last step that was looked at. */
  readonly last: Pick<Divergence, "epoch" | "step" | "loss">;
  readonly measurement?: Measurement<M>;
  /** Present where the last step's loss is not finite. */
  readonly divergence?: Pick<Divergence, "learningRate" | "updatesSince">;
}

/** What goes with the figures of a step. */
interface Beside {
  /** Of the loader, behind the batch. */
  readonly position: unknown;
  /** Before the step's update. */
  readonly learningRate: number;
}

/** Makes the steps of a run, and reads their figures when they are asked for. */
export class StepRunner<M extends Metrics> {
  readonly #options: TrainOptions<M>;
  readonly #gauge: Gauge<M>;
  readonly #state: RunState<M>;
  /** By loader, decided once a run. */
  readonly #sources = new Map<Loader<Batch>, BatchSource>();
  readonly #pending = new PendingReadings<Beside>();
  /** Of the run's test loader. */
  #evaluation: Evaluation<M> | undefined;
  #training: MeasuredPass | undefined;

  constructor(options: TrainOptions<M>, gauge: Gauge<M>, state: RunState<M>) {
    this.#options = options;
    this.#gauge = gauge;
    this.#state = state;
  }

  /** Why the backend does not replay the passes; `undefined` where it does, or before it is known. */
  get compileRefusal(): string | undefined {
    return this.#training?.refusal;
  }

  /** Why training samples travel; `undefined` where they are on the device, or before it is known. */
  get residentRefusal(): string | undefined {
    return this.#sources.get(this.#options.trainLoader)?.refusal;
  }

  /** Steps whose figures have not been read. */
  get pending(): number {
    return this.#pending.length;
  }

  /** Whether so many steps wait for their figures to be read as the options allow. */
  get isReadDue(): boolean {
    return this.pending >= (this.#options.logEverySteps ?? 1);
  }

  /** Where a loader's batches come from. */
  source(loader: Loader<Batch>): BatchSource {
    let source = this.#sources.get(loader);
    if (source === undefined) {
      source = batchSource(loader, this.#options.residentLimitBytes ?? RESIDENT_LIMIT_BYTES);
      this.#sources.set(loader, source);
    }
    return source;
  }

  /**
   * Measures the net over the test loader, from its position to the end of its epoch.
   * @throws the signal's reason, when it is aborted on the way.
   */
  evaluate(loader: Loader<Batch>, signal: AbortSignalLike | undefined): Promise<Measurement<M>> {
    const { net, loss, metrics, logEverySteps } = this.#options;
    this.#evaluation ??= new Evaluation({
      ...{ net, loss, loader, metrics },
      source: this.source(loader),
      fullBatch: loader.batchSize,
      readEvery: logEverySteps,
    });
    return this.#evaluation.run(signal);
  }

  /**
   * Makes one step, of which the figures stay on the device. Where each is read, the update waits for that.
   * @param position of the loader, behind the batch.
   */
  step(batch: Batch | IndexBatch, position: unknown): void {
    const { net, loss, trainer, trainLoader } = this.#options;
    this.#training ??= trainingPass({
      op: "train",
      net,
      loss,
      gauge: this.#gauge,
      source: this.source(trainLoader),
      fullBatch: this.#state.batchSize,
    });
    const reading = this.#training.run(batch);
    const { learningRate } = trainer;
    try {
      if (this.#updatesAtOnce) this.#update(sampleCount(batch));
    } catch (error) {
      reading.values.dispose();
      throw error;
    }
    this.#pending.add(reading, batch, { position, learningRate });
  }

  /** Reads the figures of the steps since the last read and counts these; from a loss that is not finite on, none. */
  async read(): Promise<StepsRead<M>> {
    const state = this.#state;
    const meter = this.#gauge.meter();
    const steps = await this.#pending.read();
    let last = { epoch: state.history.length + 1, step: state.step, loss: NaN };
    for (const [i, { values, sizes, samples, indices, position, learningRate }] of steps.entries()) {
      last = { ...last, step: state.step + 1, loss: values[0]! / samples };
      if (!Number.isFinite(last.loss)) {
        return { last, divergence: { learningRate, updatesSince: this.#updatesAtOnce ? steps.length - i : 0 } };
      }
      if (!this.#updatesAtOnce) this.#update(samples);
      for (const each of [meter, state.meter]) each.add(values, sizes, samples, indices);
      state.position = position;
      state.step++;
      state.totalSteps++;
    }
    return { last, measurement: meter.measurement() };
  }

  /** Frees what is kept on the device. */
  dispose(): void {
    this.#pending.dispose();
    this.#training?.dispose();
    this.#evaluation?.dispose();
    for (const source of this.#sources.values()) source.dispose();
  }

  /** Whether updates are made before losses are read. */
  get #updatesAtOnce(): boolean {
    return (this.#options.logEverySteps ?? 1) > 1;
  }

  #update(samples: number): void {
    const { trainer, divideBy = "batchSize" } = this.#options;
    trainer.step(divideBy === "samples" ? samples : (this.#state.batchSize ?? samples));
  }
}

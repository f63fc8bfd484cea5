import { areFinite } from "./are-finite.ts";
import type { Batch } from "./batch.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { Loader, SavedTensor } from "./contracts.ts";
import { standing } from "./early-stopping.ts";
import { DivergenceError, TrainingOptionError, type Divergence } from "./errors.ts";
import { turnEventLoop } from "./event-loop.ts";
import { defaultMetrics, Gauge, type Measurement, type Metrics } from "./measurement.ts";
import type { CheckpointRecord, EndReason, EndRecord, EpochRecord, StepRecord, TrainRecord } from "./records.ts";
import { RunState } from "./run-state.ts";
import { StepRunner } from "./step-runner.ts";
import { Stopwatch } from "./stopwatch.ts";
import type { TrainOptions } from "./train-options.ts";

/** A training run: its records, to be iterated once, and its state. */
export class TrainingRun<M extends Metrics> implements AsyncIterableIterator<TrainRecord<M>, undefined> {
  readonly #options: TrainOptions<M>;
  readonly #gauge: Gauge<M>;
  readonly #state: RunState<M>;
  readonly #runner: StepRunner<M>;
  readonly #records: AsyncGenerator<TrainRecord<M>, undefined>;
  readonly #stopwatch = new Stopwatch();
  #lapStartMs = 0;
  #begun: Promise<void> | undefined;
  #lastJob: Promise<unknown> = Promise.resolve();
  /** The last step that was tried. */
  #lastStep: Pick<Divergence, "epoch" | "step" | "loss"> = { epoch: 0, step: 0, loss: NaN };
  #error: DivergenceError | undefined;

  constructor(options: TrainOptions<M>) {
    const metrics = options.metrics ?? (defaultMetrics() as unknown as M);
    this.#options = options;
    this.#gauge = new Gauge("train", metrics);
    this.#state = new RunState(options, this.#gauge);
    this.#runner = new StepRunner(options, this.#gauge, this.#state);
    this.#records = this.#run();
  }

  /** The run itself: it can be iterated once. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Why the backend does not replay the steps; `undefined` where it does, or before it is known. */
  get compileRefusal(): string | undefined {
    return this.#runner.compileRefusal;
  }

  /** Why the training samples travel with every batch; `undefined` where they are on the device, or before it is known. */
  get residentRefusal(): string | undefined {
    return this.#runner.residentRefusal;
  }

  /** The next record. */
  next(): Promise<IteratorResult<TrainRecord<M>, undefined>> {
    return this.#exclusively(async () => {
      this.#stopwatch.start();
      try {
        return await this.#records.next();
      } finally {
        this.#stopwatch.stop();
      }
    });
  }

  /** Ends the run where it stands. */
  return(): Promise<IteratorResult<TrainRecord<M>, undefined>> {
    return this.#exclusively(() => this.#records.return(undefined));
  }

  /**
   * The state of the run behind its last record, a copy; also after its end. A record under way is waited for.
   *
   * After a divergence: weights and optimizer as before the step that failed, or, with `logEverySteps` above 1, with the
   * updates made since (`updatesSince` of the error).
   */
  snapshot(): Promise<Checkpoint<M>> {
    return this.#exclusively(async () => {
      await this.#begin();
      return this.#state.checkpoint();
    });
  }

  /** One thing at a time: a snapshot must not see half a step. */
  #exclusively<T>(job: () => Promise<T>): Promise<T> {
    const result = this.#lastJob.then(job);
    this.#lastJob = result.catch(() => {});
    return result;
  }

  #begin(): Promise<void> {
    return (this.#begun ??= this.#state.begin());
  }

  async *#run(): AsyncGenerator<TrainRecord<M>, undefined> {
    try {
      yield* this.#wholeRun();
    } finally {
      this.#runner.dispose();
    }
  }

  async *#wholeRun(): AsyncGenerator<TrainRecord<M>, undefined> {
    await this.#begin();
    const { history, step, totalSteps, batchSize } = this.#state;
    const { epochs, divideBy, resume } = this.#options;
    yield {
      type: "start",
      epochs,
      epoch: history.length,
      step,
      totalSteps,
      batchSize: divideBy === "samples" ? undefined : batchSize,
      isResumed: resume !== undefined,
    };
    this.#lastStep = { epoch: this.#state.epoch, step, loss: NaN };
    this.#lap();
    let reason: EndReason | undefined;
    while ((reason = this.#reasonToEnd()) === undefined) yield* this.#epoch();
    yield this.#end(reason);
  }

  async *#epoch(): AsyncGenerator<TrainRecord<M>, void> {
    const state = this.#state;
    if (!state.isTrained) yield* this.#steps();
    if (this.#isStopped) return;
    const { checkpointEvery, testLoader } = this.#options;
    const epoch = state.epoch;
    let test: Measurement<M> | undefined;
    let durationMs = 0;
    if (testLoader !== undefined) {
      test = await this.#evaluate(testLoader);
      if (test === undefined) return;
      durationMs = this.#lap();
      if (!Number.isFinite(test.loss)) await this.#diverge({ loss: test.loss });
      yield { type: "evaluation", epoch, test, durationMs };
      if (this.#error !== undefined) return;
    }
    const record = this.#epochRecord(test, durationMs);
    state.finishEpoch(record);
    yield record;
    if (epoch % (checkpointEvery?.epochs ?? Infinity) === 0) yield* this.#checkpoint(record.isBest);
  }

  async *#steps(): AsyncGenerator<TrainRecord<M>, void> {
    const state = this.#state;
    const runner = this.#runner;
    const { trainLoader, checkpointEvery } = this.#options;
    state.steps = trainLoader.length;
    const batches = runner.source(trainLoader).batches();
    try {
      if (trainLoader.state === undefined) for (let i = 0; i < state.step; i++) await batches.take();
      let arrival = await batches.take();
      if (arrival.batch === undefined) throw new TrainingOptionError("train", "a loader with batches", "none");
      while (arrival.batch !== undefined && !this.#isStopped) {
        runner.step(arrival.batch, arrival.position);
        batches.prefetch();
        const isCheckpoint = (state.totalSteps + runner.pending) % (checkpointEvery?.steps ?? Infinity) === 0;
        const isLogged = isCheckpoint || runner.isReadDue;
        let record = isLogged ? await this.#record() : undefined;
        if (this.#error !== undefined) return;
        await turnEventLoop();
        arrival = await batches.take();
        if (!isLogged && (arrival.batch === undefined || this.#isStopped)) record = await this.#record();
        if (this.#error !== undefined) return;
        if (arrival.batch === undefined) {
          state.isTrained = true;
          state.position = arrival.position;
        }
        if (record !== undefined) yield record;
        if (isCheckpoint) yield* this.#checkpoint(false);
      }
    } catch (error) {
      // Steps that were made are counted, whatever went wrong after them; what went wrong first is what to tell.
      if (runner.pending > 0) await this.#record().catch(() => undefined);
      throw error;
    } finally {
      await batches.close(state.position);
    }
  }

  /** Reads the figures of the steps since the last record. `undefined`: the run diverged. */
  async #record(): Promise<StepRecord<M> | undefined> {
    const state = this.#state;
    const { last, measurement, divergence } = await this.#runner.read();
    this.#lastStep = last;
    if (measurement === undefined) {
      await this.#diverge(divergence);
      return undefined;
    }
    const durationMs = this.#lap();
    state.trainDurationMs += durationMs;
    return {
      type: "step",
      epoch: state.epoch,
      step: state.step,
      steps: state.steps,
      totalSteps: state.totalSteps,
      batch: measurement,
      train: state.meter.measurement(),
      learningRate: this.#options.trainer.learningRate,
      durationMs,
      samplesPerSecond: state.meter.samples / (state.trainDurationMs / 1000),
    };
  }

  /** `undefined`: aborted on the way. */
  async #evaluate(loader: Loader<Batch>): Promise<Measurement<M> | undefined> {
    const { signal } = this.#options;
    try {
      return await this.#runner.evaluate(loader, signal);
    } catch (error) {
      if (signal?.aborted === true && error === signal.reason) return undefined;
      throw error;
    }
  }

  #epochRecord(test: Measurement<M> | undefined, testDurationMs: number): EpochRecord<M> {
    const { history, epoch, meter, trainDurationMs } = this.#state;
    const { trainer, earlyStopping } = this.#options;
    const record = {
      type: "epoch",
      epoch,
      train: meter.measurement(),
      ...(test === undefined ? {} : { test }),
      learningRate: trainer.learningRate,
      durationMs: trainDurationMs + testDurationMs,
      trainDurationMs,
    } as const;
    const isBest = earlyStopping === undefined || standing([...history, record], earlyStopping).isBest;
    return { ...record, isBest };
  }

  /** A checkpoint with a parameter that is not finite is none to go back to: the run ends instead. */
  async *#checkpoint(isBest: boolean): AsyncGenerator<CheckpointRecord<M>, void> {
    const checkpoint = await this.#state.checkpoint();
    const { epoch, step } = checkpoint.progress;
    if (nonFinite(checkpoint.net).length > 0) {
      await this.#diverge();
    } else {
      yield { type: "checkpoint", epoch, step, isBest, checkpoint };
    }
  }

  async #diverge(how: Partial<Pick<Divergence, "loss" | "learningRate" | "updatesSince">> = {}): Promise<void> {
    const { net, trainer } = this.#options;
    const { learningRate } = trainer;
    const names = nonFinite(await net.state());
    this.#error = new DivergenceError({ ...this.#lastStep, learningRate, updatesSince: 0, ...how, nonFinite: names });
  }

  get #isStopped(): boolean {
    return this.#error !== undefined || this.#options.signal?.aborted === true;
  }

  #reasonToEnd(): EndReason | undefined {
    const { epochs, earlyStopping } = this.#options;
    const { history } = this.#state;
    if (this.#error !== undefined) return "diverged";
    if (history.length >= epochs) return "completed";
    if (earlyStopping !== undefined && standing(history, earlyStopping).isOver) return "early-stopping";
    return this.#isStopped ? "aborted" : undefined;
  }

  #end(reason: EndReason): EndRecord<M> {
    const { history, step, totalSteps } = this.#state;
    return {
      type: "end",
      reason,
      ...(this.#error === undefined ? {} : { error: this.#error }),
      epoch: history.length,
      step,
      totalSteps,
      durationMs: this.#stopwatch.elapsedMs,
      history: [...history],
    };
  }

  /** Milliseconds since the last call. */
  #lap(): number {
    const now = this.#stopwatch.elapsedMs;
    const lapMs = now - this.#lapStartMs;
    this.#lapStartMs = now;
    return lapMs;
  }
}

function nonFinite(parameters: Readonly<Record<string, SavedTensor>>): string[] {
  return Object.keys(parameters).filter((name) => !areFinite(parameters[name]!.data));
}

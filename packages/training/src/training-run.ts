import { sampleCount, type Batch } from "./batch.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { Loader, SavedTensor } from "./contracts.ts";
import { standing } from "./early-stopping.ts";
import { DivergenceError, TrainingOptionError, type Divergence } from "./errors.ts";
import { evaluate } from "./evaluate.ts";
import { turnEventLoop } from "./event-loop.ts";
import { Lookahead } from "./lookahead.ts";
import { defaultMetrics, Gauge, type Measurement, type Metrics } from "./measurement.ts";
import type { CheckpointRecord, EndReason, EndRecord, EpochRecord, StepRecord, TrainRecord } from "./records.ts";
import { RunState } from "./run-state.ts";
import { Stopwatch } from "./stopwatch.ts";
import type { TrainOptions } from "./train-options.ts";
import { ForwardBackward, readValues } from "./train-step.ts";

/** A training run: its records, to be iterated once, and its state. */
export class TrainingRun<M extends Metrics> implements AsyncIterableIterator<TrainRecord<M>, undefined> {
  readonly #options: TrainOptions<M>;
  readonly #metrics: M;
  readonly #gauge: Gauge<M>;
  readonly #state: RunState<M>;
  readonly #forwardBackward: ForwardBackward<M>;
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
    const { net, loss } = options;
    this.#options = options;
    this.#metrics = metrics;
    this.#gauge = new Gauge("train", metrics);
    this.#state = new RunState(options, this.#gauge);
    this.#forwardBackward = new ForwardBackward("train", net, loss, this.#gauge, this.#state.batchSize);
    this.#records = this.#run();
  }

  /** The run itself: it can be iterated once. */
  [Symbol.asyncIterator](): this {
    return this;
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
   * After a divergence: weights and optimizer as before the step that failed.
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
      if (!Number.isFinite(test.loss)) await this.#diverge(test.loss);
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
    const { trainLoader, checkpointEvery } = this.#options;
    const everySteps = checkpointEvery?.steps ?? Infinity;
    state.steps = trainLoader.length;
    const batches = new Lookahead(trainLoader);
    try {
      if (trainLoader.state === undefined) for (let i = 0; i < state.step; i++) await batches.take();
      let arrival = await batches.take();
      if (arrival.batch === undefined) throw new TrainingOptionError("train", "a loader with batches", "none");
      while (arrival.batch !== undefined && !this.#isStopped) {
        const record = await this.#step(arrival.batch, arrival.position, batches);
        if (record === undefined) return;
        arrival = await batches.take();
        if (arrival.batch === undefined) {
          state.isTrained = true;
          state.position = arrival.position;
        }
        yield record;
        if (state.totalSteps % everySteps === 0) yield* this.#checkpoint(false);
      }
    } finally {
      await batches.close(state.position);
    }
  }

  /** `undefined`: the run diverged. */
  async #step(batch: Batch, position: unknown, batches: Lookahead<Batch>): Promise<StepRecord<M> | undefined> {
    const state = this.#state;
    const { trainer, divideBy = "batchSize" } = this.#options;
    const samples = sampleCount(batch);
    const { values, sizes } = this.#forwardBackward.run(batch);
    batches.prefetch();
    const read = await readValues(values);
    const loss = read[0]! / samples;
    this.#lastStep = { epoch: state.history.length + 1, step: state.step + 1, loss };
    if (!Number.isFinite(loss)) {
      await this.#diverge();
      return undefined;
    }
    trainer.step(divideBy === "samples" ? samples : (state.batchSize ?? samples));
    const batchMeter = this.#gauge.meter();
    for (const meter of [batchMeter, state.meter]) meter.add(read, sizes, samples, batch.indices);
    state.position = position;
    state.step++;
    state.totalSteps++;
    await turnEventLoop();
    const durationMs = this.#lap();
    state.trainDurationMs += durationMs;
    return {
      type: "step",
      epoch: state.epoch,
      step: state.step,
      steps: state.steps,
      totalSteps: state.totalSteps,
      batch: batchMeter.measurement(),
      train: state.meter.measurement(),
      learningRate: trainer.learningRate,
      durationMs,
      samplesPerSecond: state.meter.samples / (state.trainDurationMs / 1000),
    };
  }

  /** `undefined`: aborted on the way. */
  async #evaluate(loader: Loader<Batch>): Promise<Measurement<M> | undefined> {
    const { net, loss, signal } = this.#options;
    try {
      return await evaluate(net, loss, loader, { metrics: this.#metrics, signal });
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

  async #diverge(loss = this.#lastStep.loss): Promise<void> {
    const { net, trainer } = this.#options;
    const { learningRate } = trainer;
    this.#error = new DivergenceError({
      ...this.#lastStep,
      loss,
      learningRate,
      nonFinite: nonFinite(await net.state()),
    });
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
  return Object.keys(parameters).filter((name) => !parameters[name]!.data.every(Number.isFinite));
}

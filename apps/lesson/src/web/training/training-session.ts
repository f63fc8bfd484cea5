import type { OpenedDataset } from "@camada/datasets";
import type { Sequential } from "@camada/layers";
import type { EndRecord, StepRecord, TrainRecord } from "@camada/training";
import type { DatasetName } from "../../cell.ts";
import { figuresOf, isCollapsed } from "../../recorded/bands.ts";
import { recordedEpochs } from "../../recorded/training.ts";
import { type LessonTraining, prepareTraining } from "../../training/lesson-training.ts";
import { mistakeOutputs } from "../../training/mistakes.ts";
import { collapseExplained, divergenceExplained } from "../../training/notices.ts";
import { runTraining } from "../../training/run-training.ts";
import { planOf } from "../../training/training-plan.ts";
import { trainingVerdict } from "../../training/training-verdict.ts";
import { dataSentence } from "./data-sentence.ts";
import { buffersOf, lookAt } from "./net-sight.ts";
import { problemSentence } from "./problem-sentence.ts";
import type { DataChoice, Report, RunRequest, SavedRun, StepLoss, Stretch } from "./protocol.ts";
import type { RunStore } from "./run-store.ts";
import { packRun, unpackRun } from "./saved-run.ts";

/** A running session keeps its state this often, and whenever it pauses or finishes an epoch. */
const SAVE_EVERY_MS = 20_000;
/** And shows the net at work this often. */
const LOOK_EVERY_MS = 1500;

/** What a session stands on; tests put others in their place. */
export interface SessionServices {
  readonly report: (report: Report, transfer?: ArrayBuffer[]) => void;
  readonly openData: (name: DatasetName, choice: DataChoice) => Promise<OpenedDataset>;
  readonly store: RunStore;
  /** Throws once the device is lost. */
  readonly checkDevice: () => void;
  /** Makes the network; the lesson's. */
  readonly makeNet?: (() => Sequential) | undefined;
}

/** One training in the worker: takes commands between steps, reports records, keeps its state. */
export class TrainingSession {
  readonly #services: SessionServices;
  readonly #request: RunRequest;
  readonly #resumed: SavedRun | undefined;
  readonly #abort = new AbortController();
  readonly #losses: StepLoss[];
  readonly #jobs: (() => Promise<void>)[] = [];
  #training: LessonTraining | undefined;
  #stretch: Stretch | undefined;
  #wake: () => void = () => {};
  /** Whether the run has ended; the net can still be looked at. */
  #isOver = false;
  #isClosed = false;
  #isChanged: boolean;
  #isSaveRefused = false;
  #saved: SavedRun | undefined;
  #savedAtMs = 0;
  #picture: Uint8Array | number = 0;
  #lookedAtMs = 0;

  constructor(services: SessionServices, request: RunRequest, resumed?: SavedRun) {
    this.#services = services;
    this.#request = request;
    this.#resumed = resumed;
    this.#saved = resumed;
    this.#losses = [...(resumed?.losses ?? [])];
    this.#isChanged = resumed?.isChanged ?? false;
  }

  /** Opens the data, trains as far as it is told, and then serves requests until it is closed. */
  async run(): Promise<void> {
    const { report } = this.#services;
    try {
      await this.#prepareAndTrain();
    } catch (error) {
      if (!this.#isClosed) report({ type: "failed", text: problemSentence(error), saved: this.#saved });
    } finally {
      await this.#training?.dispose();
      this.#training = undefined;
    }
  }

  /** Goes on, so far. */
  go(stretch: Stretch): void {
    this.#stretch = stretch;
    this.#wake();
  }

  /** Stops before the next step, to go on later. */
  pause(): void {
    this.#stretch = undefined;
  }

  /** Ends the run where it stands; its state is kept. */
  stop(): void {
    this.#abort.abort();
    this.go("end");
  }

  /** Ends everything: the session's memory is free once {@link run} is over. */
  close(): void {
    this.#isClosed = true;
    this.stop();
  }

  /** From the next step on. */
  setLearningRate(learningRate: number): void {
    this.#between(async () => {
      const { trainer } = this.#training!;
      if (trainer.learningRate === learningRate) return;
      trainer.setLearningRate(learningRate);
      this.#isChanged = true;
    });
  }

  /** Shows the net at work on a picture, now and as it learns. */
  look(picture: Uint8Array | number): void {
    this.#picture = picture;
    this.#between(() => this.#look());
  }

  /** Reports the confusion matrix and the worst mistakes of the net as it is. */
  showMistakes(): void {
    this.#between(() => this.#mistakes());
  }

  /** Hands the state over as a file. */
  exportState(): void {
    this.#between(async () => {
      const { saved, summary } = await this.#packed();
      const { dataset } = this.#request.setting;
      const name = `camada-${dataset}-${summary.totalSteps}.checkpoint`;
      const bytes = Uint8Array.from(saved.bytes);
      this.#services.report({ type: "exported", name, bytes }, [bytes.buffer]);
    });
  }

  async #prepareAndTrain(): Promise<void> {
    const { openData, makeNet, report } = this.#services;
    const { cell, setting, data: choice } = this.#request;
    const resume = this.#resumed === undefined ? undefined : unpackRun(this.#resumed);
    const data = await openData(setting.dataset, choice);
    if (this.#isClosed) return;
    const training = prepareTraining(setting, data, { signal: this.#abort.signal, resume, makeNet });
    this.#training = training;
    const plan = planOf(training, cell, recordedEpochs[cell]);
    const events = runTraining(training, plan);
    // The first record comes without a step, and the saved state is in place behind it.
    let next = await events.next();
    const { learningRate } = training.trainer;
    report({
      type: "plan",
      plan,
      request: this.#request,
      dataSentence: dataSentence(setting.dataset, choice, data),
      learningRate,
      losses: this.#losses,
      history: resume?.history ?? [],
    });
    await this.#look();
    this.#savedAtMs = performance.now();
    while (next.done !== true && !this.#isClosed) {
      if (next.value.type === "training") await this.#take(next.value.record);
      await this.#serve(() => this.#stretch !== undefined);
      next = await events.next();
      this.#services.checkDevice();
    }
    if (next.done !== true) {
      // Whatever comes after it, this run can be resumed until that is kept in its place.
      if (this.#losses.length > 0) await this.#save();
      return;
    }
    this.#isOver = true;
    await this.#conclude(next.value.end, data.source.isSubset);
    await this.#serve(() => this.#isClosed);
  }

  async #take(record: TrainRecord): Promise<void> {
    if (record.type === "checkpoint") {
      await this.#save();
      return;
    }
    if (record.type === "step") this.#losses.push(lossOf(record));
    this.#services.report({ type: "record", record: record.type === "end" ? withoutError(record) : record });
    const isLast = record.type === "epoch" && record.epoch >= this.#request.setting.epochs;
    // After the last epoch there is only the end, which nobody waits for.
    if (record.type !== "end" && record.type === this.#stretch && !isLast) this.#stretch = undefined;
    if (record.type !== "step") return;
    const now = performance.now();
    if (now - this.#savedAtMs > SAVE_EVERY_MS) await this.#save();
    if (now - this.#lookedAtMs > LOOK_EVERY_MS) await this.#look();
  }

  async #conclude(end: EndRecord, isSubset: boolean): Promise<void> {
    const { report } = this.#services;
    const { cell, setting } = this.#request;
    if (end.error !== undefined) report({ type: "notice", text: divergenceExplained(end.error) });
    if (end.reason === "completed") {
      const last = end.history.at(-1);
      const figures = last === undefined ? undefined : figuresOf(last);
      if (cell === "K8" && figures !== undefined && isCollapsed(figures))
        report({ type: "notice", text: collapseExplained(setting) });
      await this.#save();
    }
    await this.#look();
    // A run whose rate was changed is of no setting that other runs have.
    const judged = this.#isChanged ? { ...setting, learningRate: NaN } : setting;
    report({ type: "verdict", verdict: trainingVerdict(cell, judged, end, isSubset) });
    if (end.reason === "completed") await this.#mistakes();
    report({ type: "status", status: "ended" });
  }

  /** Does what was asked between two steps; waits, paused, until there is reason to go on. */
  async #serve(isOver: () => boolean): Promise<void> {
    let isPaused = false;
    for (;;) {
      for (let job = this.#jobs.shift(); job !== undefined; job = this.#jobs.shift()) await job();
      if (isOver() || this.#isClosed) break;
      if (!isPaused && !this.#isOver && this.#stretch === undefined) {
        isPaused = true;
        await this.#pauseHere();
        continue;
      }
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    if (!this.#isOver && (isPaused || this.#losses.length === 0))
      this.#services.report({ type: "status", status: "running" });
  }

  async #pauseHere(): Promise<void> {
    this.#services.report({ type: "status", status: "paused" });
    await this.#look();
    if (this.#losses.length > 0) await this.#save();
  }

  #between(job: () => Promise<void>): void {
    this.#jobs.push(job);
    this.#wake();
  }

  async #look(): Promise<void> {
    const { net, testPictures } = this.#training!;
    const sight = await lookAt(net, testPictures, this.#picture);
    this.#services.report({ type: "sight", sight }, buffersOf(sight));
    this.#lookedAtMs = performance.now();
  }

  async #mistakes(): Promise<void> {
    const [confusion, worst] = await mistakeOutputs(this.#request.cell, this.#training!, { aborted: false });
    this.#services.report({ type: "mistakes", confusion, worst });
  }

  async #packed() {
    this.#services.checkDevice();
    const checkpoint = await this.#training!.run.snapshot();
    this.#services.checkDevice();
    return packRun(checkpoint, this.#request, this.#losses, this.#isChanged);
  }

  async #save(): Promise<void> {
    const { saved, summary } = await this.#packed();
    this.#saved = saved;
    this.#savedAtMs = performance.now();
    try {
      await this.#services.store.save(saved, summary);
      this.#isSaveRefused = false;
      this.#services.report({ type: "saved", summary });
    } catch (error) {
      if (!this.#isSaveRefused) this.#services.report({ type: "unsaved", text: problemSentence(error) });
      this.#isSaveRefused = true;
    }
  }
}

function lossOf({ epoch, step, steps, batch }: StepRecord): StepLoss {
  return { epoch, step, steps, loss: batch.loss };
}

/** The error's sentence is reported by itself; its fields do not survive the way to the page. */
function withoutError({ type, reason, epoch, step, totalSteps, durationMs, history }: EndRecord): EndRecord {
  return { type, reason, epoch, step, totalSteps, durationMs, history };
}

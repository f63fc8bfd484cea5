import { batch, signal } from "@preact/signals";
import type { BackendInfo } from "@camada/tensor";
import type { EpochRecord } from "@camada/training";
import type { Localized } from "../../localized.ts";
import type { PicturesOutput, TableOutput } from "../../output.ts";
import type { TrainingPlan } from "../../training/training-plan.ts";
import type { Verdict } from "../../verdict.ts";
import type { BackendId } from "../backends.ts";
import { saveFile } from "../save-file.ts";
import type {
  Command,
  Report,
  RunRequest,
  SavedRun,
  SavedRunSummary,
  SessionStatus,
  Sight,
  StepLoss,
  WireRecord,
} from "./protocol.ts";
import { runStore } from "./run-store.ts";

/** Reports are shown together this often: a step can take less than a frame. */
const FLUSH_MS = 120;

/** What the last step said. */
export type StepFigures = Extract<WireRecord, { type: "step" }>;

/** The Training screen's state: what the worker reported, and what can be asked of it. */
export class TrainingModel {
  readonly status = signal<SessionStatus>("idle");
  readonly backend = signal<BackendInfo | undefined>(undefined);
  readonly plan = signal<TrainingPlan | undefined>(undefined);
  readonly dataSentence = signal<Localized | undefined>(undefined);
  readonly learningRate = signal(0);
  readonly lastStep = signal<StepFigures | undefined>(undefined);
  /** Grows in place; a new object for every change. */
  readonly losses = signal<{ readonly all: readonly StepLoss[] }>({ all: [] });
  readonly history = signal<readonly EpochRecord[]>([]);
  readonly sight = signal<Sight | undefined>(undefined);
  readonly mistakes = signal<{ readonly confusion: TableOutput; readonly worst: PicturesOutput } | undefined>(
    undefined,
  );
  readonly verdict = signal<Verdict | undefined>(undefined);
  readonly notices = signal<readonly Localized[]>([]);
  readonly problem = signal<Localized | undefined>(undefined);
  readonly unsaved = signal<Localized | undefined>(undefined);
  /** The run that a reload would find. */
  readonly kept = signal<SavedRunSummary | undefined>(undefined);
  /** What is left of a run that failed. */
  readonly left = signal<SavedRun | undefined>(undefined);
  readonly #losses: StepLoss[] = [];
  readonly #makeWorker: () => Worker;
  #worker: Worker | undefined;
  #waiting: Report[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(makeWorker: () => Worker = trainingWorker) {
    this.#makeWorker = makeWorker;
  }

  /** Looks for a run of an earlier visit. */
  async findKept(): Promise<void> {
    try {
      this.kept.value = await runStore().summary();
    } catch {
      // The worker says so when there is something to lose.
      this.kept.value = undefined;
    }
  }

  /** Begins a run. */
  start(backend: BackendId, request: RunRequest): void {
    this.#send({ type: "start", backend, request });
  }

  /** Goes on from the kept run, or from what a failure has left, with a worker of its own: the last one may be broken. */
  resume(backend: BackendId): void {
    const saved = this.left.value;
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#send(saved === undefined ? { type: "resume", backend } : { type: "resume", backend, saved });
  }

  /** From the next step on. */
  setLearningRate(learningRate: number): void {
    this.learningRate.value = learningRate;
    this.#send({ type: "learning-rate", learningRate });
  }

  /** Sends a command. */
  send(command: Command): void {
    this.#send(command);
  }

  /** Ends the worker. */
  dispose(): void {
    clearTimeout(this.#timer);
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  #send(command: Command): void {
    if (command.type === "start" || command.type === "resume") this.status.value = "preparing";
    this.#worker ??= this.#started();
    this.#worker.postMessage(command);
  }

  #started(): Worker {
    const worker = this.#makeWorker();
    worker.addEventListener("message", ({ data }: MessageEvent<Report>) => {
      this.#waiting.push(data);
      this.#timer ??= setTimeout(() => this.#flush(), FLUSH_MS);
    });
    worker.addEventListener("error", (event) => {
      const reason = event.message;
      this.problem.value = {
        "pt-BR": `O worker do treino parou: ${reason}`,
        en: `The training worker stopped: ${reason}`,
      };
      this.status.value = "idle";
    });
    return worker;
  }

  #forget(): void {
    batch(() => {
      this.#losses.length = 0;
      this.losses.value = { all: this.#losses };
      this.history.value = [];
      this.notices.value = [];
      for (const one of [this.lastStep, this.sight, this.mistakes, this.verdict, this.problem, this.unsaved, this.left])
        one.value = undefined;
    });
  }

  #flush(): void {
    this.#timer = undefined;
    const reports = this.#waiting;
    this.#waiting = [];
    const before = this.#losses.length;
    batch(() => {
      for (const report of reports) this.#take(report);
      if (this.#losses.length !== before) this.losses.value = { all: this.#losses };
    });
  }

  #take(report: Report): void {
    switch (report.type) {
      case "status":
        if (report.status === "preparing") this.#forget();
        this.status.value = report.status;
        break;
      case "backend":
        this.backend.value = report.info;
        break;
      case "plan":
        this.plan.value = report.plan;
        this.dataSentence.value = report.dataSentence;
        this.learningRate.value = report.learningRate;
        this.#losses.push(...report.losses);
        this.history.value = report.history;
        break;
      case "record":
        this.#record(report.record);
        break;
      case "saved":
        this.kept.value = report.summary;
        this.unsaved.value = undefined;
        break;
      case "unsaved":
        this.unsaved.value = report.text;
        break;
      case "notice":
        this.notices.value = [...this.notices.value, report.text];
        break;
      case "sight":
        this.sight.value = report.sight;
        break;
      case "mistakes":
        this.mistakes.value = report;
        break;
      case "verdict":
        this.verdict.value = report.verdict;
        break;
      case "exported":
        saveFile(report.name, report.bytes, "application/octet-stream");
        break;
      case "refused":
        this.problem.value = report.text;
        break;
      case "failed":
        this.problem.value = report.text;
        this.left.value = report.saved;
        this.status.value = "idle";
        break;
    }
  }

  #record(record: WireRecord): void {
    if (record.type === "step") {
      const { epoch, step, steps, batch: measured } = record;
      this.#losses.push({ epoch, step, steps, loss: measured.loss });
      this.lastStep.value = record;
    }
    if (record.type === "epoch") this.history.value = [...this.history.value, record];
  }
}

/** The worker that trains. Bundlers look for this very form. */
export function trainingWorker(): Worker {
  return new Worker(new URL("./training-worker.ts", import.meta.url), { type: "module", name: "training" });
}

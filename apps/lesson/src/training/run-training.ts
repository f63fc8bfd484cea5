import type { EndRecord, StepRecord, TrainRecord } from "@camada/training";
import type { CellEvent } from "../cell.ts";
import { labelled, type LessonTraining } from "./lesson-training.ts";
import { StepCurve } from "./step-curve.ts";
import { median, type TrainingPlan } from "./training-plan.ts";

/** How a training ended, and its losses on the way. */
export interface TrainingOutcome {
  readonly end: EndRecord;
  readonly curve: StepCurve;
}

/**
 * Runs a training to its end and reports every record. Checkpoints say what they are a run of; a run that is stopped, or
 * that diverges, gives one more before its end.
 * @param read records that {@link measureSteps} has read already.
 */
export async function* runTraining(
  training: LessonTraining,
  plan: TrainingPlan,
  read: readonly TrainRecord[] = [],
): AsyncGenerator<CellEvent, TrainingOutcome, undefined> {
  const curve = new StepCurve();
  const event = (record: TrainRecord): CellEvent => ({ type: "training", record, plan });
  async function* records(): AsyncGenerator<TrainRecord, void> {
    yield* read;
    yield* training.run;
  }
  for await (const record of records()) {
    switch (record.type) {
      case "step":
        curve.add(record);
        yield event(record);
        break;
      case "checkpoint":
        yield event({ ...record, checkpoint: labelled(record.checkpoint, training.setting) });
        break;
      case "end":
        if (record.reason === "aborted" || record.reason === "diverged") {
          const checkpoint = labelled(await training.run.snapshot(), training.setting);
          const { epoch, step } = checkpoint.progress;
          yield event({ type: "checkpoint", epoch, step, isBest: false, checkpoint });
        }
        yield event(record);
        return { end: record, curve };
      default:
        yield event(record);
    }
  }
  throw new Error("runTraining: expected a last record, got none");
}

/** Records of steps that are timed, after the first, whose steps also load and compile. */
const TIMED_RECORDS = 5;

/** The first records of a run, and how long its steps take. */
export interface MeasuredSteps {
  readonly records: readonly TrainRecord[];
  /** The median; undefined when the run ended before. */
  readonly stepMs: number | undefined;
}

/** Takes a few steps of a run and times them. The run can go on from there. */
export async function* measureSteps({ run }: LessonTraining): AsyncGenerator<CellEvent, MeasuredSteps, undefined> {
  const records: TrainRecord[] = [];
  const timed: StepRecord[] = [];
  const what = { "pt-BR": "Cronometrando alguns passos", en: "Timing a few steps" };
  while (timed.length <= TIMED_RECORDS) {
    const next = await run.next();
    if (next.done === true) break;
    records.push(next.value);
    if (next.value.type !== "step") continue;
    timed.push(next.value);
    yield { type: "progress", progress: { what, done: timed.length, total: TIMED_RECORDS + 1 } };
  }
  const durations = timed
    .slice(1)
    .map(({ durationMs, totalSteps }, i) => durationMs / (totalSteps - timed[i]!.totalSteps));
  return { records, stepMs: durations.length === 0 ? undefined : median(durations) };
}

import type { StepRecord } from "@camada/training";
import type { RecordedEpoch } from "../recorded/training.ts";
import type { LessonTraining } from "./lesson-training.ts";
import type { TrainingSetting } from "./setting.ts";

/** What a reader of training records needs to know of the run beforehand. */
export interface TrainingPlan {
  /** Name of the cell or of the dataset. */
  readonly name: string;
  readonly setting: TrainingSetting;
  /** Steps of an epoch. */
  readonly steps: number;
  /** Batches of an evaluation. */
  readonly testBatches: number;
  /** The epochs to show beside ours. */
  readonly recorded: readonly RecordedEpoch[];
}

/** The plan of a training. */
export function planOf(
  { setting, trainLoader, testLoader }: LessonTraining,
  name: string,
  recorded: readonly RecordedEpoch[],
): TrainingPlan {
  return { name, setting, steps: trainLoader.lengthOf(0), testBatches: testLoader.lengthOf(0), recorded };
}

/** Evaluating a batch takes about this part of a training step: one of the three passes. */
const EVALUATION_PER_STEP = 0.35;

/** Milliseconds that a whole run takes when a step takes `stepMs`, evaluations included. */
export function runDurationMs({ setting, steps, testBatches }: TrainingPlan, stepMs: number): number {
  return setting.epochs * (steps + EVALUATION_PER_STEP * testBatches) * stepMs;
}

/** Milliseconds left after a step, judged by the speed of its epoch so far. */
export function remainingMs(plan: TrainingPlan, { epoch, step, train, samplesPerSecond }: StepRecord): number {
  const stepMs = (1000 * train.samples) / samplesPerSecond / step;
  const perEpoch = runDurationMs({ ...plan, setting: { ...plan.setting, epochs: 1 } }, stepMs);
  return (plan.setting.epochs - epoch + 1) * perEpoch - step * stepMs;
}

/** The middle one of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

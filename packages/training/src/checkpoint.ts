import type { SavedTensor } from "./contracts.ts";
import { CheckpointFormatError } from "./errors.ts";
import type { DefaultMetrics, MeterState } from "./measurement.ts";
import type { EpochRecord } from "./records.ts";

/** How far a run has come. */
export interface Progress extends MeterState {
  /** The epoch under way, counted from 1; at an epoch's end the one that ended; 0 at the very beginning. */
  readonly epoch: number;
  /** Finished steps of the epoch under way; 0 between epochs. */
  readonly step: number;
  /** Steps of the epoch under way; 0 between epochs. */
  readonly steps: number;
  /** Whether all steps of the epoch under way are done, so that only its evaluation is missing. */
  readonly isTrained: boolean;
  /** Finished steps in all. */
  readonly totalSteps: number;
  /** Samples of a full batch. `null`: the loader has no fixed size. */
  readonly batchSize: number | null;
  /** Time spent on the steps of the epoch under way. */
  readonly trainDurationMs: number;
}

/**
 * The whole state of a run between two steps: a run resumed from it goes on as if it had not stopped, bit for bit on the
 * CPU. Plain data and typed arrays.
 */
export interface Checkpoint<M = DefaultMetrics> {
  /** All parameters of the net by name. */
  readonly net: Readonly<Record<string, SavedTensor>>;
  /** What the trainer's `states()` gave. */
  readonly trainer: unknown;
  /** What the random sources' `state()` gave, in their order. */
  readonly random: readonly unknown[];
  /** What the loader's `state()` gave: seed of the order, epoch, batch. `null` for a loader without positions. */
  readonly loader: unknown;
  readonly progress: Progress;
  readonly history: readonly EpochRecord<M>[];
}

/**
 * Checks that decoded data is a checkpoint.
 * @throws {CheckpointFormatError} naming the first part that is not.
 */
export function checkedCheckpoint(data: unknown, source: string): Checkpoint {
  const expect = (holds: boolean, expected: string, got: unknown): void => {
    if (!holds) throw new CheckpointFormatError(source, expected, describe(got));
  };
  expect(isRecord(data), "a checkpoint", data);
  const { net, trainer, random, loader, progress, history } = data as Record<string, unknown>;
  expect(isRecord(net), "parameters by name in net", net);
  for (const [name, saved] of Object.entries(net as Record<string, unknown>)) checkSavedTensor(name, saved, source);
  expect(trainer !== undefined, "states of a trainer", trainer);
  expect(Array.isArray(random), "a list of random states", random);
  expect(loader !== undefined, "the position of a loader", loader);
  expect(Array.isArray(history) && history.every(isEpoch), "a list of epochs in history", history);
  expect(isRecord(progress), "progress", progress);
  const { epoch, step, steps, totalSteps, samples, trainDurationMs, batchSize, isTrained, totals } = progress as Record<
    string,
    unknown
  >;
  for (const [name, count] of Object.entries({ epoch, step, steps, totalSteps, samples })) {
    expect(isCount(count), `progress.${name} to be a whole number`, count);
  }
  const finished = (history as unknown[]).length;
  expect(epoch === finished + (step === 0 ? 0 : 1), `progress.epoch to follow ${finished} finished epochs`, epoch);
  expect(Number(step) <= Number(steps), `at most ${String(steps)} steps`, step);
  expect(typeof trainDurationMs === "number", "progress.trainDurationMs to be a number", trainDurationMs);
  expect(batchSize === null || isCount(batchSize), "progress.batchSize to be a whole number or null", batchSize);
  expect(typeof isTrained === "boolean", "progress.isTrained to be true or false", isTrained);
  expect(
    isRecord(totals) && Object.values(totals).every((total) => total instanceof Float64Array),
    "progress.totals to be float64 arrays",
    totals,
  );
  return data as Checkpoint;
}

function checkSavedTensor(name: string, saved: unknown, source: string): void {
  const { shape, data } = isRecord(saved) ? saved : ({} as Record<string, unknown>);
  if (!Array.isArray(shape) || !shape.every(isCount) || !(data instanceof Float32Array)) {
    throw new CheckpointFormatError(source, `shape and float32 data of ${name}`, describe(saved));
  }
  const size = (shape as number[]).reduce((product, extent) => product * extent, 1);
  if (data.length !== size) {
    const expected = `${size} values of ${name} for [${shape.join(", ")}]`;
    throw new CheckpointFormatError(source, expected, `${data.length}`);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

function isEpoch(value: unknown): boolean {
  return isRecord(value) && value["type"] === "epoch" && isCount(value["epoch"]) && isRecord(value["train"]);
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0;
}

function describe(value: unknown): string {
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (value === null || value === undefined) return "nothing";
  return Array.isArray(value) ? "another list" : `another ${typeof value}`;
}

import { TrainingOptionError } from "./errors.ts";

/** When to end a run that no longer gets better. */
export interface EarlyStopping {
  /** A figure of the epoch records, e.g. `test.loss` or `train.accuracy`. */
  readonly monitor: `${"test" | "train"}.${string}`;
  /** Epochs without improvement after which the run ends; at least 1. */
  readonly patience: number;
  /** An improvement is a change by more than this; 0. */
  readonly minDelta?: number | undefined;
  /** Whether less or more is better; `min` for a loss, else `max`. */
  readonly mode?: "min" | "max" | undefined;
}

/** What is looked at of an epoch record. */
export interface MonitoredEpoch {
  readonly train: object;
  readonly test?: object;
}

/** Where a run stands. */
export interface Standing {
  /** Whether the last epoch is the best so far. */
  readonly isBest: boolean;
  /** Whether patience is at its end. */
  readonly isOver: boolean;
}

/**
 * Judges a history from its beginning, so that a resumed run needs no state of its own for it. NaN is never better.
 * @throws {TrainingOptionError} when the figure is not there or not a number.
 */
export function standing(history: readonly MonitoredEpoch[], options: EarlyStopping): Standing {
  const { monitor, patience, minDelta = 0 } = options;
  const sign = (options.mode ?? (monitor.endsWith(".loss") ? "min" : "max")) === "min" ? -1 : 1;
  let best = -Infinity;
  let waited = 0;
  for (const epoch of history) {
    const score = sign * figure(epoch, monitor);
    const isBetter = score > best + (best === -Infinity ? 0 : minDelta);
    waited = isBetter ? 0 : waited + 1;
    if (isBetter) best = score;
  }
  return { isBest: waited === 0, isOver: waited >= patience };
}

/** @throws {TrainingOptionError} for options out of range. */
export function checkEarlyStopping({ monitor, patience, minDelta = 0 }: EarlyStopping): void {
  const op = "train";
  if (!/^(test|train)\../.test(monitor)) throw new TrainingOptionError(op, "monitor test.… or train.…", monitor);
  if (!Number.isInteger(patience) || patience < 1) {
    throw new TrainingOptionError(op, "patience of 1 or more whole epochs", String(patience));
  }
  if (!(minDelta >= 0)) throw new TrainingOptionError(op, "minDelta of 0 or more", String(minDelta));
}

function figure(epoch: MonitoredEpoch, monitor: string): number {
  const [part, ...name] = monitor.split(".") as ["test" | "train", ...string[]];
  const value: unknown = (epoch[part] as Record<string, unknown> | undefined)?.[name.join(".")];
  if (typeof value === "number") return value;
  const got = value === undefined ? "none of that name" : typeof value;
  const advice = part === "test" && epoch.test === undefined ? "pass a testLoader" : undefined;
  throw new TrainingOptionError("train", `a figure ${monitor} to monitor`, got, advice);
}

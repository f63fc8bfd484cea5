import type { EpochRecord } from "@camada/training";
import type { TrainingCellId, TrainingPresets, TrainingSetting } from "../training/setting.ts";
import bandRuns from "./band-runs.json" with { type: "json" };

/** Figures of one epoch. */
export interface EpochFigures {
  readonly trainLoss: number;
  readonly trainAccuracy: number;
  readonly testLoss: number;
  readonly testAccuracy: number;
}

/** A run in one order of the samples. */
export interface BandRun {
  /** Of the order. */
  readonly seed: number;
  readonly epochs: readonly EpochFigures[];
}

/** Runs of ours of one setting, and how they were made. */
export interface BandRuns {
  readonly setting: Omit<TrainingSetting, "seed">;
  /** Day of the last run. */
  readonly date: string;
  readonly machine: string;
  readonly engine: string;
  /** What makes them again. */
  readonly script: string;
  readonly runs: readonly BandRun[];
}

/** Smallest and largest value that some runs gave. */
export interface Range {
  readonly low: number;
  readonly high: number;
  readonly runs: number;
}

/** What is compared after an epoch. */
export type FigureRanges = Partial<Record<keyof EpochFigures, Range>>;

/** Runs of ours by cell and preset; written by `scripts/bands.ts`. */
export const ownRuns: Readonly<Record<TrainingCellId, Partial<Record<keyof TrainingPresets, BandRuns>>>> =
  bandRuns as Record<TrainingCellId, Partial<Record<keyof TrainingPresets, BandRuns>>>;

/** A loss and an accuracy like these are those of a network that gives every picture the same answer. */
export function isCollapsed({ testAccuracy }: Pick<EpochFigures, "testAccuracy">): boolean {
  return testAccuracy <= COLLAPSED_ACCURACY;
}

/** Ten classes of one size: a constant answer is right one time in ten. */
export const COLLAPSED_ACCURACY = 0.12;

/**
 * The ranges of all figures after an epoch, over the runs that have it.
 * @param epoch counted from 1.
 */
export function rangesOf(runs: readonly BandRun[], epoch: number): FigureRanges {
  const figures = runs.flatMap(({ epochs }) => epochs[epoch - 1] ?? []);
  if (figures.length === 0) return {};
  const range = (name: keyof EpochFigures): Range => {
    const values = figures.map((one) => one[name]);
    return { low: Math.min(...values), high: Math.max(...values), runs: values.length };
  };
  return {
    trainLoss: range("trainLoss"),
    trainAccuracy: range("trainAccuracy"),
    testLoss: range("testLoss"),
    testAccuracy: range("testAccuracy"),
  };
}

/**
 * The band that a new run must lie in: the range, wider on each side by six n-ths of its width for n runs, because few
 * runs do not show the ends of what can happen. Rounded outwards to the digits that the notebook prints.
 */
export function bandOf({ low, high, runs }: Range, digits: number): { readonly low: number; readonly high: number } {
  const margin = (6 / runs) * (high - low);
  const scale = 10 ** digits;
  // 1e-9: a bound that is a round number already stays, whatever its last bit.
  return {
    low: Math.max(0, Math.floor((low - margin) * scale + 1e-9) / scale),
    high: Math.ceil((high + margin) * scale - 1e-9) / scale,
  };
}

/** The figures of an epoch, or undefined where there was no test. */
export function figuresOf({ train, test }: EpochRecord): EpochFigures | undefined {
  if (test === undefined) return undefined;
  const { loss: trainLoss, accuracy: trainAccuracy } = train;
  return { trainLoss, trainAccuracy, testLoss: test.loss, testAccuracy: test.accuracy };
}

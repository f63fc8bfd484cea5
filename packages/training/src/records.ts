import type { Checkpoint } from "./checkpoint.ts";
import type { DivergenceError } from "./errors.ts";
import type { DefaultMetrics, Measurement } from "./measurement.ts";

/** A run begins, or goes on. */
export interface StartRecord {
  readonly type: "start";
  /** Epochs in all. */
  readonly epochs: number;
  /** Finished epochs. */
  readonly epoch: number;
  /** Finished steps of the epoch after those. */
  readonly step: number;
  /** Finished steps in all. */
  readonly totalSteps: number;
  /** What the gradients of a full batch are divided by. `undefined`: each batch's own size. */
  readonly batchSize: number | undefined;
  readonly isResumed: boolean;
}

/** One step is done, or, with `logEverySteps` above 1, those since the last record. */
export interface StepRecord<M = DefaultMetrics> {
  readonly type: "step";
  /** Counted from 1. */
  readonly epoch: number;
  /** The last of them, within the epoch, counted from 1. */
  readonly step: number;
  /** Steps of the epoch. */
  readonly steps: number;
  /** Finished steps in all. */
  readonly totalSteps: number;
  /** This batch, or these, each before its update. */
  readonly batch: Measurement<M>;
  /** The epoch so far, each batch before its update. */
  readonly train: Measurement<M>;
  /** Of this step, the last. */
  readonly learningRate: number;
  /** Since the last record. */
  readonly durationMs: number;
  /** Over the epoch so far; pauses between records do not count. */
  readonly samplesPerSecond: number;
}

/** The net was evaluated after an epoch. */
export interface EvaluationRecord<M = DefaultMetrics> {
  readonly type: "evaluation";
  readonly epoch: number;
  readonly test: Measurement<M>;
  readonly durationMs: number;
}

/** An epoch is over: the row of the run's history. */
export interface EpochRecord<M = DefaultMetrics> {
  readonly type: "epoch";
  readonly epoch: number;
  /** Running figures of a changing net: each batch before its update. */
  readonly train: Measurement<M>;
  /** Figures after the epoch; absent without a test loader. */
  readonly test?: Measurement<M>;
  /** Of the last step. */
  readonly learningRate: number;
  /** Training and evaluation; pauses between records do not count. */
  readonly durationMs: number;
  readonly trainDurationMs: number;
  /** Whether what early stopping monitors has never been better; without early stopping always true. */
  readonly isBest: boolean;
}

/** A state to keep. All its parameters are finite. */
export interface CheckpointRecord<M = DefaultMetrics> {
  readonly type: "checkpoint";
  readonly epoch: number;
  /** Within the epoch; 0 after its end. */
  readonly step: number;
  readonly isBest: boolean;
  readonly checkpoint: Checkpoint<M>;
}

/** Why a run ended. */
export type EndReason = "completed" | "aborted" | "early-stopping" | "diverged";

/** The last record. */
export interface EndRecord<M = DefaultMetrics> {
  readonly type: "end";
  readonly reason: EndReason;
  /** What happened, where `reason` is `diverged`. */
  readonly error?: DivergenceError;
  /** Finished epochs. */
  readonly epoch: number;
  /** Finished steps of the epoch after those. */
  readonly step: number;
  readonly totalSteps: number;
  /** Since this process started or resumed the run; pauses between records do not count. */
  readonly durationMs: number;
  readonly history: readonly EpochRecord<M>[];
}

/** What a run yields. */
export type TrainRecord<M = DefaultMetrics> =
  StartRecord | StepRecord<M> | EvaluationRecord<M> | EpochRecord<M> | CheckpointRecord<M> | EndRecord<M>;

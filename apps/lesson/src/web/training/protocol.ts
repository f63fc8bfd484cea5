import type { TrainRecord } from "@camada/training";
import type { BackendInfo } from "@camada/tensor";
import type { Localized } from "../../localized.ts";
import type { PicturesOutput, TableOutput } from "../../output.ts";
import type { TrainingPlan } from "../../training/training-plan.ts";
import type { TrainingCellId, TrainingSetting } from "../../training/setting.ts";
import type { Verdict } from "../../verdict.ts";
import type { BackendId } from "../backends.ts";

/** Where the pictures come from. IndexedDB can hold it: a resumed run opens its data again. */
export type DataChoice =
  /** The part of the dataset that comes with the page. */
  | { readonly from: "page" }
  /** Files that the reader picked. */
  | { readonly from: "files"; readonly files: readonly File[] }
  /** The published files in a folder of the page's own server; its address ends in a slash. */
  | { readonly from: "server"; readonly folder: string };

/** A run to begin. */
export interface RunRequest {
  /** The cell whose recorded output and verdict belong to the run. */
  readonly cell: TrainingCellId;
  readonly setting: TrainingSetting;
  readonly data: DataChoice;
}

/** The loss of one step, as curves need it. */
export interface StepLoss {
  readonly epoch: number;
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
}

/** A run as it is kept: what `camada train --resume` takes, and what the page needs beside it. */
export interface SavedRun {
  readonly request: RunRequest;
  /** A checkpoint of `@camada/training`, with its checksum. */
  readonly bytes: Uint8Array;
  readonly losses: readonly StepLoss[];
  /** Whether the learning rate was changed on the way: such a run has nothing to be compared with. */
  readonly isChanged: boolean;
}

/** What a menu shows of a saved run, without its weights. */
export interface SavedRunSummary {
  readonly request: RunRequest;
  readonly epoch: number;
  /** Finished steps of the epoch under way; 0 after an epoch's end. */
  readonly step: number;
  readonly totalSteps: number;
  readonly isOver: boolean;
  readonly savedAtMs: number;
}

/** How far a session goes before it pauses. */
export type Stretch = "step" | "epoch" | "end";

/** What the page asks of the worker. */
export type Command =
  | {
      readonly type: "start";
      readonly backend: BackendId;
      readonly request: RunRequest;
      readonly stretch?: Stretch;
    }
  /** Goes on from a saved run, or from the one in storage; paused until a `go`. */
  | { readonly type: "resume"; readonly backend: BackendId; readonly saved?: SavedRun }
  /** Goes on from a checkpoint file, paused. */
  | { readonly type: "open"; readonly backend: BackendId; readonly file: File; readonly data: DataChoice }
  | { readonly type: "go"; readonly stretch: Stretch }
  | { readonly type: "pause" }
  | { readonly type: "stop" }
  | { readonly type: "learning-rate"; readonly learningRate: number }
  /** Asks for the state as a file. */
  | { readonly type: "export" }
  /** Which picture the activations are of: a drawn one, `[28, 28]` grey, or one of the test part. */
  | { readonly type: "look"; readonly picture: Uint8Array<ArrayBuffer> | number }
  /** Asks for the confusion matrix and the worst mistakes now. */
  | { readonly type: "mistakes" };

/** What the session is doing. */
export type SessionStatus = "idle" | "preparing" | "running" | "paused" | "ended";

/** A record as it crosses to the page: a checkpoint's arrays stay in the worker. */
export type WireRecord = Exclude<TrainRecord, { type: "checkpoint" }>;

/** What one layer makes of the picture, or the filters of a convolution. */
export interface LayerValues {
  /** Gluon's printed form. */
  readonly printed: string;
  /** `[channels, height, width]`, or `[units]`. */
  readonly shape: readonly number[];
  readonly values: Float32Array<ArrayBuffer>;
}

/** The net at work on one picture. */
export interface Sight {
  /** What the net takes, `[32, 32]`, 0 to 1. */
  readonly input: Float32Array<ArrayBuffer>;
  /** Outputs of the layers, the last one without softmax. */
  readonly layers: readonly LayerValues[];
  /** Of each class. */
  readonly probabilities: readonly number[];
  /** The first convolution's weights, `[filters, height, width]`. */
  readonly filters: LayerValues;
  readonly classNames: readonly string[];
  /** Class of a test picture. */
  readonly label: number | undefined;
}

/** What the worker reports. */
export type Report =
  | { readonly type: "status"; readonly status: SessionStatus }
  | { readonly type: "backend"; readonly info: BackendInfo }
  | {
      readonly type: "plan";
      readonly plan: TrainingPlan;
      readonly request: RunRequest;
      readonly dataSentence: Localized;
      readonly learningRate: number;
      /** Of the steps before a resumed one. */
      readonly losses: readonly StepLoss[];
      readonly history: readonly Extract<TrainRecord, { type: "epoch" }>[];
    }
  | { readonly type: "record"; readonly record: WireRecord }
  | { readonly type: "saved"; readonly summary: SavedRunSummary }
  /** Nothing could be kept; said once, and again only after it has worked in between. */
  | { readonly type: "unsaved"; readonly text: Localized }
  | { readonly type: "notice"; readonly text: Localized }
  | { readonly type: "sight"; readonly sight: Sight }
  | { readonly type: "mistakes"; readonly confusion: TableOutput; readonly worst: PicturesOutput }
  | { readonly type: "verdict"; readonly verdict: Verdict }
  | { readonly type: "exported"; readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> }
  /** A file could not be used; whatever was running goes on. */
  | { readonly type: "refused"; readonly text: Localized }
  /** The session is over; the sentence says why, `saved` is what is left of it. */
  | { readonly type: "failed"; readonly text: Localized; readonly saved: SavedRun | undefined };

import type { OpenedDataset } from "@camada/datasets";
import type { ChosenBackend } from "@camada/tensor";
import type { AbortSignalLike, Checkpoint, TrainRecord } from "@camada/training";
import type { Localized } from "./localized.ts";
import type { Output, RecordedOutput } from "./output.ts";
import type { Parameters, ValuesOf } from "./parameters.ts";
import type { TrainingPlan } from "./training/training-plan.ts";
import type { Verdict } from "./verdict.ts";

/** T: text or figure, K: code. In the order of the lesson, see `cells/index.ts`. */
export type CellId = `T${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10}` | `K${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8}`;

/** A piece of prose. Between backticks stands code; nothing else is markup. */
export type Prose =
  | { readonly kind: "paragraph"; readonly text: Localized }
  /** `text` for terminals, `tex` for pages. */
  | { readonly kind: "formula"; readonly text: string; readonly tex: string }
  /** Something the notebook gets wrong or leaves out, said openly. */
  | { readonly kind: "remark"; readonly text: Localized };

/** Datasets of the lesson. */
export type DatasetName = "mnist" | "fashion-mnist";

/** Name of the source of a dataset that comes with the page. */
export const PAGE_SOURCE = "page";

/** What the front end lends to a running cell. */
export interface CellContext {
  /** What runs, and what was refused before it. Active when a cell starts. */
  readonly backend: ChosenBackend;
  /** What the user asked for, if anything; a cell knows its own default. */
  readonly seed: number | undefined;
  /** Prefers the quick preset: a real subset, few epochs. */
  readonly isQuick: boolean;
  /** Trains as long as the notebook did, whatever the time it takes. Neither this nor `isQuick`: the cell decides. */
  readonly isFull?: boolean;
  /** Where a training goes on. */
  readonly resume?: Checkpoint;
  /** Aborted when the user stops the cell. */
  readonly signal: AbortSignalLike;
  /** Opens a dataset from where this front end has it; opened once, whatever the number of cells. */
  open(name: DatasetName): Promise<OpenedDataset>;
  /** Milliseconds from some fixed moment. */
  now(): number;
}

/** How far a long piece of work is, where there is no training record. */
interface Progress {
  readonly what: Localized;
  readonly done: number;
  readonly total: number;
}

/** What a cell reports while it runs. Not asking for the next event pauses the cell. */
export type CellEvent =
  | { readonly type: "output"; readonly output: Output }
  | { readonly type: "progress"; readonly progress: Progress }
  /** One record of a training run as it comes, checkpoints included. */
  | { readonly type: "training"; readonly record: TrainRecord; readonly plan: TrainingPlan }
  /** A sentence for the user, e.g. which preset runs and why. */
  | { readonly type: "notice"; readonly text: Localized };

/** What a running cell yields, and its verdict at the end. */
export type CellRun = AsyncGenerator<CellEvent, Verdict, undefined>;

/** One cell of the lesson, as data and one function. It imports nothing of Node or of the browser and prints nothing. */
export interface Cell<P extends Parameters = Parameters> {
  readonly id: CellId;
  readonly kind: "text" | "code";
  readonly title: Localized;
  readonly prose: readonly Prose[];
  /** The cell in TypeScript, as one would write it; runs as it stands. Code cells have it. */
  readonly code?: string;
  /** What the notebook printed. */
  readonly recorded: readonly RecordedOutput[];
  /** Data that must be at hand before the cell runs. */
  readonly needs?: readonly DatasetName[];
  /** What a page lets its reader change. The recorded output belongs to the defaults. */
  readonly parameters: P;
  run(context: CellContext, values: ValuesOf<P>): CellRun;
}

/** Types a cell by its own parameters and gives it the common type. */
export function defineCell<const P extends Parameters>(cell: Cell<P>): Cell {
  return cell;
}

/** An output as an event. */
export function output(value: Output): CellEvent {
  return { type: "output", output: value };
}

/** A paragraph of prose. */
export function paragraph(ptBR: string, en: string): Prose {
  return { kind: "paragraph", text: { "pt-BR": ptBR, en } };
}

/** A remark on the notebook. */
export function remark(ptBR: string, en: string): Prose {
  return { kind: "remark", text: { "pt-BR": ptBR, en } };
}

/** A formula. */
export function formula(text: string, tex: string): Prose {
  return { kind: "formula", text, tex };
}

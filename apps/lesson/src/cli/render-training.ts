import type { TrainRecord } from "@camada/training";
import type { CellEvent } from "../cell.ts";
import { epochLine } from "../training/epoch-line.ts";
import { indented } from "./layout.ts";
import { messages } from "./messages.ts";
import { plainProgress, progressLine, testingLine } from "./progress-line.ts";
import type { Screen } from "./screen.ts";

/** A training event. */
export type TrainingEvent = CellEvent & { readonly type: "training" };

/** Where stderr is no terminal, a line of progress after so much training. */
const PLAIN_EVERY_MS = 15_000;

/** Shows trainings: epochs as results, in the notebook's format, and the steps between them as progress. */
export class TrainingDisplay {
  readonly #screen: Screen;
  readonly #indent: number;
  /** Time of training since the last line of progress. */
  #silentMs = 0;

  /** @param indent columns before each epoch. */
  constructor(screen: Screen, indent: number) {
    this.#screen = screen;
    this.#indent = indent;
  }

  /** Shows what there is to show of an event. */
  show(event: TrainingEvent): void {
    this.showProgress(event);
    if (event.record.type === "end" && this.#indent > 0) this.#screen.print([""]);
    if (event.record.type !== "epoch") return;
    this.#screen.print(indented(this.#epochLines(event.record, event), this.#indent));
  }

  /** Shows the progress alone, on stderr. */
  showProgress({ record, plan }: TrainingEvent): void {
    if (record.type === "epoch" || record.type === "end") this.#screen.clearStatus();
    if (record.type !== "step") return;
    const { canRedraw, statusWidth, language } = this.#screen;
    if (canRedraw) {
      const isLast = record.step === record.steps;
      const line = isLast
        ? testingLine(plan, record.epoch, language)
        : progressLine(plan, record, statusWidth, language);
      this.#screen.status(line);
      return;
    }
    this.#silentMs += record.durationMs;
    if (this.#silentMs < PLAIN_EVERY_MS) return;
    this.#silentMs = 0;
    this.#screen.status(plainProgress(plan, record, language));
  }

  #epochLines(record: TrainRecord & { type: "epoch" }, { plan }: TrainingEvent): string[] {
    const { style, language } = this.#screen;
    const recorded = plan.recorded.find(({ epoch }) => epoch === record.epoch);
    if (recorded === undefined) return [epochLine(record)];
    const isCut = recorded.testAccuracy === undefined;
    const note = isCut ? messages.cutOff[language] : messages.notebook[language];
    return [epochLine(record), style.dim(`┆ ${recorded.line}  (${note})`)];
  }
}

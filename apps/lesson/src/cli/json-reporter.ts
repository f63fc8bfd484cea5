import type { ChosenBackend } from "@camada/tensor";
import type { Cell, CellEvent } from "../cell.ts";
import { inLanguage, type Language } from "../localized.ts";
import type { Output } from "../output.ts";
import { errorSentence } from "./error-sentence.ts";
import type { RunDrawings } from "./drawing-folder.ts";
import { backendJson, cellJson, countsJson, JSON_VERSION, outcomeJson, outputJson, recordJson } from "../json.ts";
import { TrainingDisplay } from "./render-training.ts";
import type { Reporter } from "../run-cells.ts";
import type { Screen } from "./screen.ts";

/** Writes one JSON document at the end. */
export function jsonReporter(screen: Screen, backend: ChosenBackend, drawings: RunDrawings | undefined): Reporter {
  const { language } = screen;
  const sentence = (error: unknown): string => errorSentence(error, language);
  const files = new Map<Output, string>();
  const trainings = new TrainingDisplay(screen, 0);
  return {
    begin: (cell) => screen.status(`${cell.id}  ${cell.title[language]}`),
    async event(cell, event) {
      showProgress(screen, trainings, cell, event);
      if (event.type !== "output") return;
      const path = await drawings?.write(event.output);
      if (path !== undefined) files.set(event.output, path);
    },
    end: () => screen.clearStatus(),
    finish(outcomes, durationMs) {
      const document = {
        version: JSON_VERSION,
        language,
        backend: backendJson(backend, language),
        cells: outcomes.map((outcome) => outcomeJson(outcome, language, files, sentence)),
        summary: { ...countsJson(outcomes), durationMs: Math.round(durationMs) },
      };
      screen.print([JSON.stringify(document, undefined, 2)]);
    },
  };
}

/** Writes one JSON object per line as things happen. */
export function jsonlReporter(screen: Screen, backend: ChosenBackend, drawings: RunDrawings | undefined): Reporter {
  const { language } = screen;
  const sentence = (error: unknown): string => errorSentence(error, language);
  const line = (value: object): void => screen.print([JSON.stringify(value)]);
  line({ type: "start", version: JSON_VERSION, language, backend: backendJson(backend, language) });
  return {
    begin: (cell) => line({ type: "cell", ...cellJson(cell, language) }),
    async event(cell, event) {
      const path = event.type === "output" ? await drawings?.write(event.output) : undefined;
      line({ cell: cell.id, ...eventJson(event, language, path) });
    },
    end(outcome) {
      const {
        outputs: _,
        recorded: __,
        kind: ___,
        title: ____,
        ...rest
      } = outcomeJson(outcome, language, new Map(), sentence);
      line({ type: "verdict", ...rest });
    },
    finish: (outcomes, durationMs) => {
      line({ type: "end", ...countsJson(outcomes), durationMs: Math.round(durationMs) });
    },
  };
}

function eventJson(event: CellEvent, language: Language, file: string | undefined): object {
  switch (event.type) {
    case "output":
      return { type: "output", output: outputJson(event.output, language, file) };
    case "progress":
      return { type: "progress", ...event.progress, what: event.progress.what[language] };
    case "notice":
      return { type: "notice", text: inLanguage(event.text, language) };
    case "training":
      return { type: "training", record: recordJson(event.record) };
  }
}

function showProgress(screen: Screen, trainings: TrainingDisplay, cell: Cell, event: CellEvent): void {
  if (event.type === "training") trainings.showProgress(event);
  if (event.type !== "progress") return;
  const { what, done, total } = event.progress;
  screen.status(`${cell.id}  ${what[screen.language]}  ${done}/${total}`);
}

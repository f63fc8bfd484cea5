// What computes: the cells, the library and tfjs. The page loads this chunk after its first picture.
import type { ChosenBackend } from "@camada/tensor";
import type { Cell, CellContext, CellId } from "../cell.ts";
import { cells } from "../cells/index.ts";
import { inLanguage, type Language } from "../localized.ts";
import { withValues } from "../parameters.ts";
import { refusal } from "../refusal.ts";
import { backendJson, countsJson, JSON_VERSION, outcomeJson } from "../json.ts";
import type { CellOutcome } from "../run-cells.ts";
import type { Values } from "./link.ts";
import { openWebData } from "./web-data.ts";

export { stepper } from "../cells/stepper.ts";
export { refusal } from "../refusal.ts";

/** What a cell asks of the page. */
export function contextFor(backend: ChosenBackend, seed: number | undefined, signal: AbortSignal): CellContext {
  return {
    backend,
    seed,
    isQuick: true,
    signal,
    open: (name) => openWebData(name, { from: "page" }),
    now: () => performance.now(),
  };
}

/** A cell and a run of it that has not begun. */
export function cellRun(
  id: CellId,
  context: CellContext,
  values: Values,
): { cell: Cell; run: ReturnType<Cell["run"]> } {
  const cell = cells.find((one) => one.id === id)!;
  return { cell, run: cell.run(context, withValues(cell.parameters, values)) };
}

/** The document that `camada run --json` writes, of the cells that ran here. */
export function resultsJson(backend: ChosenBackend, outcomes: readonly CellOutcome[], language: Language): string {
  const sentence = (error: unknown): string => inLanguage(refusal(error), language);
  const document = {
    version: JSON_VERSION,
    language,
    backend: backendJson(backend, language),
    cells: outcomes.map((outcome) => outcomeJson(outcome, language, new Map(), sentence)),
    summary: countsJson(outcomes),
  };
  return JSON.stringify(document, undefined, 2);
}

import type { Cell, CellEvent } from "../cell.ts";
import { decimals, inLanguage } from "../localized.ts";
import type { VerdictKind } from "../verdict.ts";
import type { RunDrawings } from "./drawing-folder.ts";
import { errorSentence } from "./error-sentence.ts";
import { indented, wrapped } from "./layout.ts";
import { messages } from "./messages.ts";
import { headingLines, INDENT, proseLines, sentenceLines } from "./render-cell.ts";
import { outputLines } from "./render-output.ts";
import { TrainingDisplay } from "./render-training.ts";
import { verdictColor, verdictLines } from "./render-verdict.ts";
import type { CellOutcome, Reporter } from "../run-cells.ts";
import { verdictMarks } from "../verdict-words.ts";
import type { Screen } from "./screen.ts";

/** Shows cells as text for people. */
export function textReporter(screen: Screen, drawings: RunDrawings | undefined, isQuiet: boolean): Reporter {
  const { language, style, width } = screen;
  const inner = width - INDENT;
  const trainings = new TrainingDisplay(screen, INDENT);
  /** Whether a blank line is due before the next output. One that is a file only follows without it. */
  let isGapDue = false;

  function gap(): void {
    if (isGapDue) screen.print([""]);
    isGapDue = false;
  }

  async function show(cell: Cell, event: CellEvent): Promise<void> {
    switch (event.type) {
      case "output": {
        const lines = outputLines(event.output, screen, inner);
        if (lines.length > 0) gap();
        const path = await drawings?.write(event.output);
        if (path !== undefined) lines.push(style.dim(`→ ${path}`));
        screen.print(indented(lines, INDENT));
        isGapDue ||= lines.length > 0;
        return;
      }
      case "progress": {
        const { what, done, total } = event.progress;
        screen.status(`${cell.id}  ${inLanguage(what, language)}  ${done}/${total}`);
        return;
      }
      case "training":
        trainings.show(event);
        return;
      case "notice":
        gap();
        screen.print([...indented(sentenceLines(event.text, screen, inner), INDENT), ""]);
    }
  }

  return {
    begin(cell) {
      screen.print(headingLines(cell, screen));
      if (!isQuiet) screen.print(proseLines(cell, screen));
    },
    event: show,
    end({ verdict, error }) {
      gap();
      if (verdict !== undefined) screen.print(indented(verdictLines(verdict, screen, inner), INDENT));
      else screen.print(indented(wrapped(`${style.bad("✗")} ${errorSentence(error, language)}`, inner, "  "), INDENT));
    },
    finish(outcomes, durationMs) {
      if (outcomes.length > 1) screen.print(["", ...summaryLines(outcomes, durationMs, screen)]);
      const hasDrawings = outcomes.some(({ outputs }) =>
        outputs.some(({ kind }) => kind === "figure" || kind === "chart"),
      );
      if (hasDrawings && drawings === undefined && !isQuiet)
        screen.print(["", style.dim(messages.figuresHint[language])]);
    },
  };
}

function summaryLines(outcomes: readonly CellOutcome[], durationMs: number, screen: Screen): string[] {
  const { language, style, width } = screen;
  const count = (kind: VerdictKind): number => outcomes.filter(({ verdict }) => verdict?.kind === kind).length;
  const failed = outcomes.filter(({ verdict }) => verdict === undefined);
  const isPortuguese = language === "pt-BR";
  const parts = (["equal", "compatible", "different", "not-comparable"] as const).flatMap((kind) => {
    const n = count(kind);
    if (n === 0 && kind === "not-comparable") return [];
    const words = isPortuguese ? (n === 1 ? SINGULAR : PLURAL)[kind] : ENGLISH[kind];
    const text = `${verdictMarks[kind]} ${n} ${words}`;
    return [n === 0 ? text : verdictColor(kind, style)(text)];
  });
  if (failed.length > 0) {
    const words = isPortuguese ? (failed.length === 1 ? "falhou" : "falharam") : "failed";
    parts.push(style.bad(`✗ ${failed.length} ${words}`));
  }
  const seconds = `${inLanguage(decimals(durationMs / 1000, 1), language)} s`;
  const n = outcomes.length;
  const cells = isPortuguese ? (n === 1 ? "célula" : "células") : n === 1 ? "cell" : "cells";
  const wrong = outcomes.filter(({ verdict }) => verdict === undefined || verdict.kind === "different");
  const where = wrong.length === 0 ? [] : [style.bad(`✗ ${wrong.map(({ cell }) => cell.id).join(", ")}`)];
  const head = isPortuguese ? `${n} ${cells} em ${seconds}` : `${n} ${cells} in ${seconds}`;
  return [style.dim("─".repeat(width)), `${style.bold(head)}   ${parts.join("   ")}`, ...where];
}

const SINGULAR = {
  equal: "igual",
  compatible: "compatível",
  different: "diferente",
  "not-comparable": "não comparável",
};
const PLURAL = {
  equal: "iguais",
  compatible: "compatíveis",
  different: "diferentes",
  "not-comparable": "não comparáveis",
};
const ENGLISH = {
  equal: "equal",
  compatible: "compatible",
  different: "different",
  "not-comparable": "not comparable",
};

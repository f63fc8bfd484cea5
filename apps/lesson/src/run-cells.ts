import type { Cell, CellContext, CellEvent } from "./cell.ts";
import type { Output } from "./output.ts";
import { defaultsOf } from "./parameters.ts";
import type { Verdict } from "./verdict.ts";

/** What became of a cell. */
export interface CellOutcome {
  readonly cell: Cell;
  readonly outputs: readonly Output[];
  /** Absent where the cell failed. */
  readonly verdict?: Verdict;
  /** What stopped the cell. */
  readonly error?: unknown;
  readonly durationMs: number;
}

/** Shows cells as they run. */
export interface Reporter {
  begin(cell: Cell): void;
  event(cell: Cell, event: CellEvent): void | Promise<void>;
  end(outcome: CellOutcome): void | Promise<void>;
  finish(outcomes: readonly CellOutcome[], durationMs: number): void;
}

/** Runs cells in order. A cell that fails does not keep the others from running; a stopped one does. */
export async function runCells(
  cells: readonly Cell[],
  context: CellContext,
  reporter: Reporter,
): Promise<readonly CellOutcome[]> {
  const start = context.now();
  const outcomes: CellOutcome[] = [];
  for (const cell of cells) {
    if (context.signal.aborted) break;
    reporter.begin(cell);
    const outcome = await runCell(cell, context, reporter);
    outcomes.push(outcome);
    await reporter.end(outcome);
  }
  reporter.finish(outcomes, context.now() - start);
  return outcomes;
}

async function runCell(cell: Cell, context: CellContext, reporter: Reporter): Promise<CellOutcome> {
  const start = context.now();
  const outputs: Output[] = [];
  const durationMs = (): number => context.now() - start;
  try {
    const run = cell.run(context, defaultsOf(cell.parameters));
    for (;;) {
      const next = await run.next();
      if (next.done === true) return { cell, outputs, verdict: next.value, durationMs: durationMs() };
      if (next.value.type === "output") outputs.push(next.value.output);
      await reporter.event(cell, next.value);
    }
  } catch (error) {
    return { cell, outputs, error, durationMs: durationMs() };
  }
}

/** 0 when every cell ran and none differs, else 1. */
export function exitCode(outcomes: readonly CellOutcome[]): number {
  const isFine = ({ verdict }: CellOutcome): boolean => verdict !== undefined && verdict.kind !== "different";
  return outcomes.every(isFine) ? 0 : 1;
}

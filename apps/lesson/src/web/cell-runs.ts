import { effect, type Signal, signal, untracked } from "@preact/signals";
import { cellTexts } from "virtual:lesson-text";
import type { CellId } from "../cell.ts";
import type { Localized, Text } from "../localized.ts";
import type { Output } from "../output.ts";
import type { CellOutcome } from "../run-cells.ts";
import type { Verdict } from "../verdict.ts";
import { computing, inTurn, loadEngine } from "./computing.ts";
import { cellValues, link } from "./state.ts";

/** How a cell stands on the page. */
export interface CellState {
  readonly status: "idle" | "running" | "done" | "failed";
  readonly outputs: readonly Output[];
  readonly notices: readonly Localized[];
  readonly progress: { readonly what: Localized; readonly done: number; readonly total: number } | undefined;
  readonly verdict: Verdict | undefined;
  readonly reason: Text | undefined;
  readonly outcome: CellOutcome | undefined;
}

/** Cells that train for minutes belong to the screen Training. */
export const trainingCells: readonly CellId[] = ["K3", "K8"];

const idle: CellState = {
  status: "idle",
  outputs: [],
  notices: [],
  progress: undefined,
  verdict: undefined,
  reason: undefined,
  outcome: undefined,
};

const states = new Map<CellId, Signal<CellState>>(cellTexts.map(({ id }) => [id, signal(idle)]));
/** The newest run of each cell: an older one that still computes shows nothing more. */
const newest = new Map<CellId, AbortController>();

/** The state of a cell, as a signal. */
export function cellState(id: CellId): Signal<CellState> {
  return states.get(id)!;
}

/** Runs a cell with the values that it has now; a run that is going on is given up. */
export function runCell(id: CellId): Promise<void> {
  const state = cellState(id);
  newest.get(id)?.abort();
  const controller = new AbortController();
  newest.set(id, controller);
  state.value = { ...state.peek(), status: "running", reason: undefined };
  return inTurn(() => run(id, controller.signal, state));
}

/** Runs every cell that the page can run, in the order of the lesson. */
export async function runAll(): Promise<void> {
  await Promise.all(cellTexts.filter(({ id }) => !trainingCells.includes(id)).map(({ id }) => runCell(id)));
}

/** Outcomes of the cells that have run, in the order of the lesson. */
export function outcomes(): readonly CellOutcome[] {
  return cellTexts.flatMap(({ id }) => cellState(id).value.outcome ?? []);
}

/** Runs again what has run, whenever its values, the seed or the backend change. */
export function keepCellsCurrent(): void {
  for (const { id } of cellTexts) {
    let known = "";
    effect(() => {
      const { value: now } = computing;
      const asked = JSON.stringify([cellValues(id), link.value.seed, now.status === "ready" ? now.id : ""]);
      if (asked === known) return;
      known = asked;
      untracked(() => {
        if (now.status === "ready" && cellState(id).peek().status !== "idle") void runCell(id);
      });
    });
  }
}

async function run(id: CellId, signal: AbortSignal, state: Signal<CellState>): Promise<void> {
  const now = computing.peek();
  if (signal.aborted) return;
  if (now.status !== "ready") {
    const reason = now.status === "failed" ? now.reason : undefined;
    state.value = { ...idle, status: reason === undefined ? "running" : "failed", reason };
    return;
  }
  const engine = await loadEngine();
  const start = performance.now();
  const outputs: Output[] = [];
  const notices: Localized[] = [];
  const show = (change: Partial<CellState>): void => {
    if (!signal.aborted)
      state.value = { ...idle, status: "running", outputs: [...outputs], notices: [...notices], ...change };
  };
  const { cell, run: events } = engine.cellRun(
    id,
    engine.contextFor(now.chosen, link.peek().seed, signal),
    cellValues(id),
  );
  try {
    for (;;) {
      const next = await events.next();
      const durationMs = performance.now() - start;
      if (next.done === true) {
        const verdict = next.value;
        show({ status: "done", verdict, outcome: { cell, outputs, verdict, durationMs } });
        return;
      }
      const { value: event } = next;
      if (event.type === "output") outputs.push(event.output);
      if (event.type === "notice") notices.push(event.text);
      if (event.type === "progress") show({ progress: event.progress });
    }
  } catch (error) {
    const durationMs = performance.now() - start;
    show({ status: "failed", reason: engine.refusal(error), outcome: { cell, outputs, error, durationMs } });
  }
}

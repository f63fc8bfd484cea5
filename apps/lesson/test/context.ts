import type { OpenedDataset } from "@camada/datasets";
import { embedded, openFashionMNIST } from "@camada/datasets/node";
import { activeBackend } from "@camada/tensor";
import type { Cell, CellContext, CellEvent } from "../src/cell.ts";
import type { Output } from "../src/output.ts";
import { withValues } from "../src/parameters.ts";
import type { Verdict } from "../src/verdict.ts";

let tenth: Promise<OpenedDataset> | undefined;

/** The embedded tenth of Fashion-MNIST, opened once. */
export function embeddedData(): Promise<OpenedDataset> {
  return (tenth ??= openFashionMNIST({ sources: [embedded()] }));
}

/** A context on the suite's backend, with the embedded data. */
export function contextWith(changes: Partial<CellContext> = {}): CellContext {
  return {
    backend: { ...activeBackend()!, rejected: [] },
    seed: undefined,
    isQuick: true,
    signal: new AbortController().signal,
    open: embeddedData,
    now: () => performance.now(),
    ...changes,
  };
}

/** What a cell shows, and its verdict. */
export interface Shown {
  readonly outputs: readonly Output[];
  readonly events: readonly CellEvent[];
  readonly verdict: Verdict;
}

/** Runs a cell to its end, with some parameters changed. */
export async function runToEnd(
  cell: Cell,
  changes: Readonly<Record<string, unknown>> = {},
  context = contextWith(),
): Promise<Shown> {
  const run = cell.run(context, withValues(cell.parameters, changes));
  const events: CellEvent[] = [];
  for (;;) {
    const next = await run.next();
    if (next.done === true) {
      const outputs = events.flatMap((event) => (event.type === "output" ? [event.output] : []));
      return { outputs, events, verdict: next.value };
    }
    events.push(next.value);
  }
}

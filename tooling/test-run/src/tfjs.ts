import { fork } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { SuiteReport } from "./report.ts";

/** An engine of the CPU backend that tfjs-core's own suite is run on. */
export type TfjsEngine = "wasm" | "js";

/** What tfjs-core's suite came to: `unexpected` names failures outside the list of gaps, and gaps that pass. */
export interface TfjsOutcome {
  readonly passed: number;
  readonly failed: number;
  readonly gaps: number;
  readonly unexpected: readonly string[];
}

/**
 * Runs tfjs-core's own suite on one engine, in a process of its own: tfjs keeps its state in globals.
 * @param engine what the CPU backend runs on
 */
export async function runTfjs(engine: TfjsEngine): Promise<SuiteReport> {
  const child = fork(fileURLToPath(new URL("tfjs-child.ts", import.meta.url)), [engine], {
    execArgv: ["--conditions=@camada/source", "--import", "tsx"],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let outcome: TfjsOutcome | undefined;
  child.on("message", (message) => {
    outcome = message as TfjsOutcome;
  });
  const output = Promise.all([child.stdout, child.stderr].flatMap((stream) => (stream === null ? [] : text(stream))));
  const [code] = (await once(child, "close")) as [number | null];
  return tfjsReport(engine, outcome, code, (await output).join(""));
}

/**
 * Turns the end of a child into a report.
 * @param engine what the CPU backend ran on
 * @param outcome the child's message; undefined when it died before sending one
 * @param code the child's exit code
 * @param output what the child printed, shown when it died
 */
export function tfjsReport(
  engine: TfjsEngine,
  outcome: TfjsOutcome | undefined,
  code: number | null,
  output: string,
): SuiteReport {
  const name = `tfjs-core on ${engine}`;
  if (outcome === undefined || code !== 0) {
    const problem = `it ended with exit code ${code} ${outcome === undefined ? "before" : "after"} its result`;
    return { name, totals: { passed: 0, failed: 0, skipped: 0 }, problems: [`${problem}\n${output.trimEnd()}`] };
  }
  const { passed, failed, gaps, unexpected } = outcome;
  return {
    name,
    totals: { passed, failed: Math.max(0, failed - unexpected.length), skipped: gaps },
    problems: passed === 0 ? [...unexpected, "not one test passed"] : unexpected,
  };
}

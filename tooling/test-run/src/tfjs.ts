import type { SuiteReport } from "./report.ts";
import type { TfjsSuiteResult } from "./tfjs-suite/judge.ts";
import type { SuiteEngine } from "./tfjs-suite/engines.ts";
import { runTfjsSuite } from "./tfjs-suite/run.ts";

/**
 * Runs tfjs-core's own suite on one engine of the CPU backend.
 * @param engine what the backend runs on
 * @param level instruction level of engine `native`; default: the best
 */
export async function runTfjs(engine: SuiteEngine, level?: string): Promise<SuiteReport> {
  const name = `tfjs-core on ${engine}${level === undefined ? "" : ` ${level}`}`;
  try {
    return tfjsReport(name, await runTfjsSuite({ engine, level }));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { name, totals: { passed: 0, failed: 0, skipped: 0 }, problems: [`it did not come to its end: ${reason}`] };
  }
}

/**
 * Turns the suite's result into a report. Known gaps count as skipped; every unexpected one, a failure outside the list
 * or a gap that passes, counts as a failure.
 * @param name of the suite
 * @param result what the suite came to
 */
export function tfjsReport(name: string, { passed, failed, gaps, unexpected }: TfjsSuiteResult): SuiteReport {
  return {
    name,
    totals: { passed, failed: Math.max(0, failed - unexpected.length), skipped: gaps },
    problems: passed === 0 ? [...unexpected, "not one test passed"] : unexpected,
  };
}

/** How many tests passed, failed and did not count. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** What one suite has to say once it is over. */
export interface SuiteReport {
  /** e.g. `vitest`, `tfjs-core on wasm`. */
  readonly name: string;
  readonly totals: Totals;
  /** What went wrong beyond single tests, one sentence each; every one counts as a failure. */
  readonly problems: readonly string[];
  /** Set when the suite cannot run on this machine. */
  readonly missing?: {
    /** Why, e.g. `no Chromium on this machine`. */
    readonly reason: string;
    /** The command that would make it run. */
    readonly command: string;
    /** Whether that is no failure even where everything must run: the machine has another way. */
    readonly isOptional?: boolean;
  };
}

/** The end of a run: what to print last, and how to exit. */
export interface Conclusion {
  /** The last one is the line of totals. */
  readonly lines: readonly string[];
  readonly exitCode: 0 | 1;
}

/**
 * The line that closes a run: `N passed, N failed`, with `, N skipped` where something was.
 * @param totals sums over all suites
 */
export function totalLine({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/**
 * Draws the conclusion of a run. Nothing is silently green: problems count as failures, so does a run without a test,
 * and where `strict` is set so does a suite that this machine cannot run.
 * @param reports every suite of the run
 * @param options.strict whether everything must run, as it must in CI
 */
export function conclude(reports: readonly SuiteReport[], options: { readonly strict: boolean }): Conclusion {
  const lines: string[] = [];
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  for (const { name, totals, problems, missing } of reports) {
    passed += totals.passed;
    failed += totals.failed + problems.length;
    skipped += totals.skipped;
    lines.push(...problems.map((problem) => `FAILED ${name}: ${problem}`));
    if (missing !== undefined) {
      const isFailure = options.strict && missing.isOptional !== true;
      if (isFailure) failed += 1;
      lines.push(`${isFailure ? "FAILED" : "NOT RUN"} ${name}: ${missing.reason}; to run it: ${missing.command}`);
    }
  }
  if (passed + failed === 0) {
    failed = 1;
    lines.push("FAILED: not one test ran");
  }
  lines.push(totalLine({ passed, failed, skipped }));
  return { lines, exitCode: failed === 0 ? 0 : 1 };
}

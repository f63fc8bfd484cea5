import type { SuiteReport } from "./report.ts";
import { BROWSER_ENGINES } from "./tfjs-suite/engines.ts";

/** Projects of `vitest.config.ts` that need a browser. */
export const BROWSER_PROJECTS = ["web", "web-training", "webgl", "webgpu"] as const;

/**
 * Stands for the suites that need a browser where there is none. In CI that is a failure.
 * @param chromium path of the browser, if any
 */
export function absentWeb(chromium: string | undefined): SuiteReport[] {
  if (chromium !== undefined) return [];
  const missing = { reason: "no Chromium on this machine", command: "apt-get install chromium && pnpm test" };
  const names = [...BROWSER_PROJECTS, ...BROWSER_ENGINES.map((engine) => `tfjs-core on ${engine}`)];
  return names.map((name) => {
    return { name, totals: { passed: 0, failed: 0, skipped: 0 }, problems: [], missing };
  });
}

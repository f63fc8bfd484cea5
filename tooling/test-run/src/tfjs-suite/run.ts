import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { runInBrowser } from "./browser-run.ts";
import { bundleSuite } from "./bundle.ts";
import { suiteEngine, type SuiteEngine } from "./engines.ts";
import { runBundle } from "./bundle-process.ts";
import { judge, type Gaps, type TfjsSuiteResult } from "./judge.ts";

/** Inside the package, so that what stays outside the bundle is found from there. */
const BUNDLES = new URL("../../node_modules/.cache/tfjs-suite/", import.meta.url);

/**
 * Runs tfjs-core's own specs on an engine of ours and compares the failures with the listed gaps.
 *
 * Bundle and specs run in a process of their own: jasmine and tfjs both keep their state in globals.
 * @param options.level instruction level of engine `native`; default: the best
 * @throws {Error} when the suite does not come to its end.
 */
export async function runTfjsSuite(options: {
  readonly engine: SuiteEngine;
  readonly level?: string | undefined;
}): Promise<TfjsSuiteResult> {
  const { engine, level } = options;
  const { activation, args, gaps, browser } = suiteEngine(engine, level);
  // Engine `native` may run at several levels side by side.
  const file = fileURLToPath(new URL(`${engine}${level === undefined ? "" : `-${level}`}.cjs`, BUNDLES));
  await bundleSuite({ activation, outfile: file, inBrowser: browser?.suite });
  const known = JSON.parse(await readFile(gaps, "utf8")) as Readonly<Record<SuiteEngine, Gaps>>;
  const specs = browser === undefined ? await runBundle(file, args) : await runInBrowser(file, browser.gpu);
  return judge(specs, known[engine]);
}

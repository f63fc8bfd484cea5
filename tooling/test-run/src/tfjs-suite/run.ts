import { fork } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build, type BuildOptions } from "esbuild";
import { runInBrowser } from "./browser-run.ts";
import { suiteEngine, type BrowserSuite, type SuiteEngine } from "./engines.ts";
import { judge, type Gaps, type SpecResult, type TfjsSuiteResult } from "./judge.ts";

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
  const file = await bundle(engine, activation, browser?.suite);
  const known = JSON.parse(await readFile(gaps, "utf8")) as Readonly<Record<SuiteEngine, Gaps>>;
  const specs = browser === undefined ? await runBundle(file, args) : await runInBrowser(file, browser.gpu);
  return judge(specs, known[engine]);
}

async function bundle(engine: SuiteEngine, activation: string, browser: BrowserSuite | undefined): Promise<string> {
  const outfile = fileURLToPath(new URL(`${engine}.cjs`, BUNDLES));
  const entryFile = browser === undefined ? "./entry.ts" : "./browser-entry.ts";
  const entry = fileURLToPath(new URL(entryFile, import.meta.url));
  const [activationModule, entryModule] = [activation, entry].map((path) => JSON.stringify(path));
  const contents = `
    import { activate } from ${activationModule};
    import { run } from ${entryModule};
    run(activate${browser === undefined ? "" : `, ${JSON.stringify(browser)}`});
  `;
  const target: BuildOptions =
    browser === undefined
      ? { platform: "node", format: "cjs", external: ["jasmine", "jasmine-core", "koffi", "node-fetch"] }
      : // tfjs asks for Node's modules only where it runs in Node.
        {
          platform: "browser",
          define: { global: "globalThis" },
          format: "iife",
          external: ["node-fetch", "fs", "util", "worker_threads", "child_process"],
        };
  await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
    outfile,
    bundle: true,
    ...target,
    mainFields: ["module", "main"],
    conditions: ["@camada/source"],
    // tfjs-core declares its spec files free of side effects, and an honoured declaration drops them.
    ignoreAnnotations: true,
    logLevel: "error",
  });
  return outfile;
}

function runBundle(file: string, args: readonly string[]): Promise<SpecResult[]> {
  const child = fork(file, [...args], { stdio: ["ignore", "pipe", "pipe", "ipc"] });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => output.push(String(chunk)));
  return new Promise((resolve, reject) => {
    let specs: SpecResult[] | undefined;
    child.on("message", (message) => (specs = message as SpecResult[]));
    child.on("error", reject);
    child.on("close", (code) => {
      if (specs !== undefined) resolve(specs);
      else reject(new Error(`tfjs suite: expected results, got exit code ${code}\n${output.join("").slice(-4000)}`));
    });
  });
}

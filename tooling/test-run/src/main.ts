// `pnpm test`: every suite that this machine can run, then one line of totals.
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { absentCuda, CUDA, findMissingForCuda, idleCudaProjects, SIMULATION } from "./cuda.ts";
import { absentNative, findNativeLevels, idleNativeProjects } from "./native.ts";
import { conclude, totalLine, type SuiteReport } from "./report.ts";
import { runSanitized } from "./sanitized.ts";
import { sideBySide } from "./side-by-side.ts";
import { BROWSER_ENGINES, type SuiteEngine } from "./tfjs-suite/engines.ts";
import { runTfjs } from "./tfjs.ts";
import { findChromium } from "@camada/vitest-setup/chromium";
import { absentWeb, BROWSER_PROJECTS } from "./web.ts";
import { absentWebgpuNode, findMissingForWebgpu, WEBGPU_NODE } from "./webgpu-node.ts";
import { runVitest } from "./vitest-suite.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const startedMs = performance.now();
const native = await findNativeLevels();
const missing = await findMissingForCuda();
const missingForWebgpu = await findMissingForWebgpu();
const chromium = findChromium();
const idleProjects = [
  ...idleNativeProjects(native.levels),
  ...idleCudaProjects(missing),
  ...(chromium === undefined ? BROWSER_PROJECTS : []),
  ...(missingForWebgpu === undefined ? [] : [WEBGPU_NODE]),
];
const reports = [await runVitest({ root, without: idleProjects })];
if (native.levels.length === 0) reports.push(absentNative("engine native", native));
const suites: (() => Promise<SuiteReport>)[] = [
  // A browser's take longest.
  ...(chromium === undefined ? [] : BROWSER_ENGINES.map((engine) => () => judgeByTfjs(engine))),
  ...([CUDA, SIMULATION] as const)
    .filter((engine) => !idleProjects.includes(engine))
    .map((engine) => () => judgeByTfjs(engine)),
  ...(["wasm", "js"] as const).map((engine) => () => judgeByTfjs(engine)),
  ...native.levels.map((level) => () => judgeByTfjs("native", level)),
  ...(native.levels.length > 0 ? [judgeBySanitizers] : []),
];
reports.push(...(await sideBySide(suites, availableParallelism())));
reports.push(...absentCuda(missing), ...absentWeb(chromium), ...absentWebgpuNode(missingForWebgpu));
const { lines, exitCode } = conclude(reports, { strict: process.env["CI"] === "true" });
console.log("");
for (const { name, totals } of reports) console.log(`${name}: ${totalLine(totals)}`);
console.log(`Took ${((performance.now() - startedMs) / 1000).toFixed(0)} s.`);
for (const line of lines) console.log(line);
process.exit(exitCode);

function judgeBySanitizers(): Promise<SuiteReport> {
  console.log("Running the native kernels under sanitizers ...");
  return runSanitized();
}

function judgeByTfjs(engine: SuiteEngine, level?: string): Promise<SuiteReport> {
  console.log(
    `Running tfjs-core's own suite on engine ${engine}${level === undefined ? "" : ` at level ${level}`} ...`,
  );
  return runTfjs(engine, level);
}

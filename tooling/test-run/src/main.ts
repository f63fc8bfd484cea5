// `pnpm test`: every suite that this machine can run, then one line of totals.
import { fileURLToPath } from "node:url";
import { absentCuda, CUDA, findMissingForCuda, idleCudaProjects, SIMULATION } from "./cuda.ts";
import { absentNative, findNativeLevels, idleNativeProjects } from "./native.ts";
import { conclude, totalLine, type SuiteReport } from "./report.ts";
import { runSanitized } from "./sanitized.ts";
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
for (const engine of ["wasm", "js"] as const) reports.push(await judgeByTfjs(engine));
for (const level of native.levels) reports.push(await judgeByTfjs("native", level));
for (const engine of [CUDA, SIMULATION] as const) {
  if (!idleProjects.includes(engine)) reports.push(await judgeByTfjs(engine));
}
if (chromium !== undefined) for (const engine of BROWSER_ENGINES) reports.push(await judgeByTfjs(engine));
reports.push(...absentCuda(missing), ...absentWeb(chromium), ...absentWebgpuNode(missingForWebgpu));
if (native.levels.length > 0) {
  console.log("Running the native kernels under sanitizers ...");
  reports.push(await runSanitized());
}
const { lines, exitCode } = conclude(reports, { strict: process.env["CI"] === "true" });
console.log("");
for (const { name, totals } of reports) console.log(`${name}: ${totalLine(totals)}`);
console.log(`Took ${((performance.now() - startedMs) / 1000).toFixed(0)} s.`);
for (const line of lines) console.log(line);
process.exit(exitCode);

function judgeByTfjs(engine: SuiteEngine, level?: string): Promise<SuiteReport> {
  console.log(
    `Running tfjs-core's own suite on engine ${engine}${level === undefined ? "" : ` at level ${level}`} ...`,
  );
  return runTfjs(engine, level);
}

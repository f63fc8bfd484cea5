// `pnpm test`: every suite that this machine can run, then one line of totals.
import { fileURLToPath } from "node:url";
import { absentNative, findNativeLevels, idleNativeProjects } from "./native.ts";
import { conclude, totalLine, type SuiteReport } from "./report.ts";
import { runSanitized } from "./sanitized.ts";
import type { SuiteEngine } from "./tfjs-suite/run.ts";
import { runTfjs } from "./tfjs.ts";
import { runVitest } from "./vitest-suite.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const startedMs = performance.now();
const native = await findNativeLevels();
const reports = [await runVitest({ root, without: idleNativeProjects(native.levels) })];
if (native.levels.length === 0) reports.push(absentNative("engine native", native));
// One after the other: all engines are bundled into the same file.
for (const engine of ["wasm", "js"] as const) reports.push(await judgeByTfjs(engine));
for (const level of native.levels) reports.push(await judgeByTfjs("native", level));
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

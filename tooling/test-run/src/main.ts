// `pnpm test`: every suite that this machine can run, then one line of totals.
import { fileURLToPath } from "node:url";
import { conclude, totalLine } from "./report.ts";
import { runTfjs } from "./tfjs.ts";
import { runVitest } from "./vitest-suite.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const startedMs = performance.now();
const vitest = await runVitest({ root });
const reports = [vitest];
// One after the other: both engines are bundled into the same file.
for (const engine of ["wasm", "js"] as const) {
  console.log(`Running tfjs-core's own suite on engine ${engine} ...`);
  reports.push(await runTfjs(engine));
}
const { lines, exitCode } = conclude(reports, { strict: process.env["CI"] === "true" });
console.log("");
for (const { name, totals } of reports) console.log(`${name}: ${totalLine(totals)}`);
console.log(`Took ${((performance.now() - startedMs) / 1000).toFixed(0)} s.`);
for (const line of lines) console.log(line);
process.exit(exitCode);

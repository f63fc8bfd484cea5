import { parseArgs } from "node:util";
import { runTfjsSuite, type SuiteEngine } from "./run.ts";

const { values } = parseArgs({ options: { engine: { type: "string", default: "wasm" }, level: { type: "string" } } });
const { engine, level } = values;
if (engine !== "native" && engine !== "wasm" && engine !== "js") {
  console.error(`--engine: expected native, wasm or js, got ${engine}`);
  process.exit(2);
}
const { passed, failed, gaps, unexpected } = await runTfjsSuite({ engine: engine satisfies SuiteEngine, level });
for (const line of unexpected) console.log(line);
console.log(`tfjs-core's suite on engine ${engine}: ${passed} passed, ${failed} failed, ${gaps} listed gaps`);
process.exitCode = unexpected.length > 0 ? 1 : 0;

import { parseArgs } from "node:util";
import { SUITE_ENGINES } from "./engines.ts";
import { runTfjsSuite } from "./run.ts";

const { values } = parseArgs({ options: { engine: { type: "string", default: "wasm" }, level: { type: "string" } } });
const { level } = values;
const engine = SUITE_ENGINES.find((name) => name === values.engine);
if (engine === undefined) {
  console.error(`--engine: expected one of ${SUITE_ENGINES.join(", ")}, got ${values.engine}`);
  process.exit(2);
}
const { passed, failed, gaps, unexpected } = await runTfjsSuite({ engine, level });
for (const line of unexpected) console.log(line);
console.log(`tfjs-core's suite on engine ${engine}: ${passed} passed, ${failed} failed, ${gaps} listed gaps`);
process.exitCode = unexpected.length > 0 ? 1 : 0;

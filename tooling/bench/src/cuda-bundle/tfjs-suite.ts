import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { runBundle } from "@camada/test-run/tfjs-suite/bundle-process";
import { judge, type Gaps } from "@camada/test-run/tfjs-suite/judge";

/**
 * Runs tfjs-core's own suite, which lies beside the program.
 * @returns whether every spec passed that is no listed gap.
 */
export async function checkTfjsSuite(): Promise<boolean> {
  const beside = (name: string) => join(import.meta.dirname, name);
  const { cuda } = JSON.parse(await readFile(beside("tfjs-gaps.json"), "utf8")) as Readonly<Record<"cuda", Gaps>>;
  const specs = await runBundle(beside("tfjs-suite.cjs"), [beside("../kernels")]);
  const { passed, failed, gaps, unexpected } = judge(specs, cuda);
  for (const line of unexpected) console.log(line);
  console.log(`${passed} passed, ${failed} failed, ${gaps} listed gaps`);
  return unexpected.length === 0;
}

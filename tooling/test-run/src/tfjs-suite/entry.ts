/** What the bundle runs in a process of its own: tfjs-core's specs on one engine, results sent to the parent. */
import process from "node:process";
import { runSpecs, type Activation } from "./specs.ts";

/** What a bundle calls, with the activation of its engine. */
export function run(activate: Activation): void {
  judge(activate).catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}

async function judge(activate: Activation): Promise<void> {
  const { tfBackend } = await activate(...process.argv.slice(2));
  process.send?.(await runSpecs(tfBackend, { isDataSync: true }));
}

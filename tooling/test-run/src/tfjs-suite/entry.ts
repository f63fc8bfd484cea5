/** What the bundle runs in a process of its own: tfjs-core's specs on one engine, results sent to the parent. */
import { setTestEnvs } from "@tensorflow/tfjs-core/dist/jasmine_util.js";
import "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js";
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
import Jasmine from "jasmine";
import type { SpecResult } from "./judge.ts";

type Activation = (...args: string[]) => Promise<{ readonly tfBackend: string }>;

/** Runs the specs on the backend that a function makes tfjs's. */
async function judge(activate: Activation): Promise<void> {
  const { tfBackend } = await activate(...process.argv.slice(2));
  setTestEnvs([{ name: tfBackend, backendName: tfBackend, isDataSync: true }]);
  // The specs register themselves for the environments known when they are loaded, so not by `import`.
  const runner = new Jasmine();
  require("@tensorflow/tfjs-core/dist/tests.js");
  const specs: SpecResult[] = [];
  runner.clearReporters();
  runner.addReporter({
    specDone: ({ fullName, status, failedExpectations }) => {
      specs.push({ name: fullName, status, message: failedExpectations[0]?.message ?? "" });
    },
  });
  runner.exitOnCompletion = false;
  runner.randomizeTests(false);
  const { incompleteReason, overallStatus } = await runner.execute();
  if (overallStatus === "incomplete") throw new Error(`the suite did not finish: ${incompleteReason}`);
  process.send?.(specs);
}

/** What a bundle calls, with the activation of its engine. */
export function run(activate: Activation): void {
  judge(activate).catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}

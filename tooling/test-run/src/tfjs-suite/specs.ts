import { setTestEnvs } from "@tensorflow/tfjs-core/dist/jasmine_util.js";
import "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js";
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
import jasmineRequire from "jasmine-core/lib/jasmine-core/jasmine.js";
import type { SuiteRun } from "./engines.ts";
import type { SpecResult } from "./judge.ts";

/** Makes an engine tfjs's backend. */
export type Activation = (...args: string[]) => Promise<{ readonly tfBackend: string }>;

/** Runs tfjs-core's specs on the backend that was made tfjs's. */
export async function runSpecs(tfBackend: string, { flags = {}, isDataSync }: SuiteRun): Promise<SpecResult[]> {
  const jasmine = jasmineRequire.core(jasmineRequire);
  const env = jasmine.getEnv({ suppressLoadErrors: true });
  Object.assign(globalThis, { jasmine }, jasmineRequire.interface(jasmine, env));
  setTestEnvs([{ name: tfBackend, backendName: tfBackend, flags, isDataSync }]);
  // The specs register themselves for the environments known when they are loaded, so not by `import`.
  require("@tensorflow/tfjs-core/dist/tests.js");
  const specs: SpecResult[] = [];
  env.addReporter({
    specDone: ({ fullName, status, failedExpectations }) => {
      specs.push({ name: fullName, status, message: failedExpectations[0]?.message ?? "" });
    },
  });
  env.configure({ random: false });
  const { incompleteReason, overallStatus } = await env.execute();
  if (overallStatus === "incomplete") throw new Error(`the suite did not finish: ${incompleteReason}`);
  return specs;
}

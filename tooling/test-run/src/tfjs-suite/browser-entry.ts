/** What the bundle runs in a page: tfjs-core's specs on one engine, results left for the parent. */
import type { SuiteRun } from "./engines.ts";
import { runSpecs, type Activation } from "./specs.ts";

/** What a bundle calls, with the activation of its engine. */
export function run(activate: Activation, suite: SuiteRun): void {
  Object.assign(globalThis, { specs: activate().then(({ tfBackend }) => runSpecs(tfBackend, suite)) });
}

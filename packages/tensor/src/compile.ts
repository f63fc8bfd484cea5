import { activeBackend, type Backend } from "./backend.ts";

/**
 * Turns a step of fixed shapes into what the active backend can replay without JavaScript (a CUDA graph, say). On a
 * backend that cannot, the function itself runs: results are the same.
 * @param step a function whose tensors keep their shapes from call to call.
 */
export function compile<A extends unknown[], R>(step: (...args: A) => R): (...args: A) => R {
  let compiledFor: Backend | undefined;
  let compiled = step;
  return (...args) => {
    const backend = activeBackend()?.backend;
    if (backend !== compiledFor) {
      compiledFor = backend;
      compiled = backend?.compile?.(step) ?? step;
    }
    return compiled(...args);
  };
}

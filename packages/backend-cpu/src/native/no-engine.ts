import type { Engine } from "../engine.ts";

/** Stands in the place of the native engine where there is no Node. */
export function nativeEngine(): Engine {
  return { start: () => Promise.reject(new Error("native kernels need Node.js")) };
}

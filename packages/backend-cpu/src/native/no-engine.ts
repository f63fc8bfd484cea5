import type { Engine, EngineOptions } from "../engine.ts";

/** Stands in the place of the native engine where there is no Node. */
export function nativeEngine(_options: EngineOptions): Engine {
  return { start: () => Promise.reject(new Error("native kernels need Node.js")) };
}

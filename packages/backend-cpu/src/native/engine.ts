import type { Engine } from "../engine.ts";

/** Native kernels were asked for, and this version has none. */
export class NativeKernelsMissingError extends Error {
  override readonly name = "NativeKernelsMissingError";

  constructor() {
    super("native kernels are not part of this version");
  }
}

/** The seam for native kernels: it refuses, so that the choice of engines already reads as it will. */
export const nativeEngine: Engine = {
  start: () => Promise.reject(new NativeKernelsMissingError()),
};

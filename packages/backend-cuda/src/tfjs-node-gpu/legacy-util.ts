import { createRequire } from "node:module";

/** What `node:util` had until Node 22. */
interface LegacyUtil {
  isArray?: (value: unknown) => boolean;
  isNullOrUndefined?: (value: unknown) => boolean;
}

/** Gives `node:util` back what Node 23 took from it and tfjs-node-gpu 4.22 calls; on older versions changes nothing. */
export function restoreLegacyUtil(util: LegacyUtil = createRequire(import.meta.url)("node:util") as LegacyUtil): void {
  util.isArray ??= (value) => Array.isArray(value);
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
}

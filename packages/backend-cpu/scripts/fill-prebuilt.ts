/**
 * `fill-prebuilt.ts <platform>-<arch> [--strict]`: copies the native libraries into the package of their platform, as it
 * is published. On another machine there is nothing to copy, which with `--strict` is an error.
 */
import { cp, rm } from "node:fs/promises";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { buildNative, NativeBuildError } from "./compile-native.ts";

const [platform = "", option] = process.argv.slice(2);
const lib = fileURLToPath(new URL(`../prebuilt/${platform}/lib`, import.meta.url));

try {
  if (platform !== `${process.platform}-${process.arch}`) throw new NativeBuildError(`this is no ${platform}`);
  const { folder } = await buildNative();
  await rm(lib, { recursive: true, force: true });
  await cp(folder, lib, { recursive: true });
} catch (error) {
  if (!(error instanceof NativeBuildError)) throw error;
  console.log(`native kernels: ${error.message}; the package for ${platform} stays empty`);
  if (option === "--strict") process.exitCode = 1;
}

import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { NativeLibraryError } from "./errors.ts";

const PLATFORM = `${process.platform}-${process.arch}`;
const MANIFEST = "manifest.json";

/**
 * Where the libraries of this machine lie: built in this workspace, or in the optional package for the platform.
 * @throws {NativeLibraryError} when there are none.
 */
export function libraryFolder(): string {
  // Two levels up in src and in dist alike.
  const built = fileURLToPath(new URL(`../../native/build/${PLATFORM}`, import.meta.url));
  if (existsSync(join(built, MANIFEST))) return built;
  const name = `@camada/backend-cpu-${PLATFORM}`;
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/${MANIFEST}`));
  } catch (cause) {
    const sentence = `expected native kernels built here or the package ${name}, got neither`;
    throw new NativeLibraryError(name, sentence, { cause });
  }
}

/**
 * Path of a library, once its bytes were compared with what the build wrote down: loading a damaged one could end the
 * process.
 * @throws {NativeLibraryError} when it is missing or damaged.
 */
export function checkedLibrary(folder: string, file: string): string {
  const path = join(folder, file);
  const expected = readManifest(folder)[file];
  if (expected === undefined || !existsSync(path)) {
    throw new NativeLibraryError(path, `expected a library ${file} in ${folder}, got none`);
  }
  const got = createHash("sha256").update(readFileSync(path)).digest("hex");
  if (got !== expected) {
    const sentence = `expected ${path} as it was built, with hash ${expected.slice(0, 12)}, got ${got.slice(0, 12)}`;
    throw new NativeLibraryError(path, sentence);
  }
  return path;
}

function readManifest(folder: string): Readonly<Record<string, string>> {
  const path = join(folder, MANIFEST);
  try {
    const { files } = JSON.parse(readFileSync(path, "utf8")) as { readonly files?: Readonly<Record<string, string>> };
    if (typeof files === "object" && files !== null) return files;
    throw new TypeError("no list of files");
  } catch (cause) {
    throw new NativeLibraryError(path, `expected a manifest of native libraries in ${path}, got ${String(cause)}`, {
      cause,
    });
  }
}

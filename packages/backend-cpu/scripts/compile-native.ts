import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import {
  compile,
  compileObjects,
  findCompiler,
  hashOf,
  levelFlags,
  platform,
  readSources,
  type Compiler,
} from "./native-compiler.ts";

export { NativeBuildError } from "./native-compiler.ts";

/** `packages/backend-cpu/native` */
export const nativeRoot = fileURLToPath(new URL("../native", import.meta.url));

/** What every level is compiled with. Contraction is asked for by name, where it is wanted. */
export const LANGUAGE_FLAGS = [
  "-std=c++20",
  "-fPIC",
  "-fno-exceptions",
  "-fno-rtti",
  "-fvisibility=hidden",
  "-ffp-contract=off",
  "-fno-math-errno",
  "-fno-trapping-math",
  "-pthread",
  "-Wall",
  "-Wextra",
] as const;

/** What lies beside the libraries: the loader compares it with what it finds. */
export interface NativeManifest {
  /** Hash of everything that decides about the libraries' contents. */
  readonly source: string;
  /** SHA-256 of each library, by file name. */
  readonly files: Readonly<Record<string, string>>;
}

/** On Linux the C++ run-time library comes along: the one of another machine may be older. */
const LINK_FLAGS = process.platform === "linux" ? ["-s", "-static-libstdc++", "-static-libgcc"] : ["-s"];

/**
 * Builds what is missing.
 * @param onCompile called before anything is compiled.
 * @returns the folder of the libraries, and whether anything had to be done.
 * @throws {NoCompilerError} without a compiler.
 * @throws {NativeBuildError} when the compiler refuses the sources.
 */
export async function buildNative(
  onCompile: () => void = () => {},
): Promise<{ readonly folder: string; readonly isNew: boolean }> {
  const levels = levelFlags();
  const compiler = await findCompiler();
  const { units, headers } = await readSources(join(nativeRoot, "src"));
  const flags = ["-O3", ...LANGUAGE_FLAGS];
  const texts = [...units, ...headers].map(({ text }) => text);
  const source = hashOf(compiler.version, JSON.stringify([flags, LINK_FLAGS, levels]), ...texts);
  const folder = join(nativeRoot, "build", platform);
  if (await isBuilt(folder, source)) return { folder, isNew: false };
  onCompile();
  const jobs = Object.entries(levels).flatMap(([level, extra]) =>
    units.map((unit) => ({ level, flags: [...flags, ...extra], source: unit })),
  );
  const objects = await compileObjects(compiler, jobs, headers, join(nativeRoot, "build/objects"));
  await linkLibraries(compiler, folder, objects, LINK_FLAGS, source);
  return { folder, isNew: true };
}

/** Links a library of each level into a folder beside the final one, which appears whole or not at all. */
export async function linkLibraries(
  compiler: Compiler,
  folder: string,
  objects: readonly { readonly level: string; readonly object: string }[],
  flags: readonly string[],
  source: string,
): Promise<void> {
  const partial = `${folder}.${process.pid}`;
  await mkdir(partial, { recursive: true });
  const files: Record<string, string> = {};
  for (const level of new Set(objects.map((job) => job.level))) {
    const name = `camada-cpu-${level}.so`;
    const ofLevel = objects.filter((job) => job.level === level).map(({ object }) => object);
    await compile(compiler, ["-shared", "-pthread", ...flags, ...ofLevel, "-o", join(partial, name)]);
    files[name] = createHash("sha256")
      .update(await readFile(join(partial, name)))
      .digest("hex");
  }
  const manifest: NativeManifest = { source, files };
  await writeFile(join(partial, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  await rm(folder, { recursive: true, force: true });
  await rename(partial, folder);
}

async function isBuilt(folder: string, source: string): Promise<boolean> {
  try {
    const manifest = JSON.parse(await readFile(join(folder, "manifest.json"), "utf8")) as NativeManifest;
    return manifest.source === source && Object.keys(manifest.files).every((name) => existsSync(join(folder, name)));
  } catch {
    return false;
  }
}

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The libraries cannot be built here. */
export class NativeBuildError extends Error {
  override readonly name: string = "NativeBuildError";
}

/** There is nothing to build them with. */
export class NoCompilerError extends NativeBuildError {
  override readonly name = "NoCompilerError";
}

/** The system's C++ compiler. */
export interface Compiler {
  /** `CXX` of the environment, else `c++`. */
  readonly command: string;
  /** What it says about itself: another compiler makes other objects. */
  readonly version: string;
}

/** Flags of the instruction levels, by architecture as Node names it. */
const LEVELS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  x64: {
    generic: [],
    avx2: ["-mavx2", "-mfma", "-mf16c"],
    avx512: ["-mavx512f", "-mavx512bw", "-mavx512dq", "-mavx512vl", "-mfma", "-mf16c", "-mprefer-vector-width=512"],
  },
  arm64: { generic: [] },
};

/** A source file or header. */
export interface Source {
  readonly folder: string;
  readonly name: string;
  readonly text: string;
}

/** One source compiled with one set of flags. */
export interface CompileJob {
  readonly level: string;
  readonly flags: readonly string[];
  readonly source: Source;
}

/** `<platform>-<arch>`, as folders and packages of native libraries are called. */
export const platform = `${process.platform}-${process.arch}`;

/**
 * Flags of this machine's instruction levels, by level.
 * @throws {NativeBuildError} where there are no native kernels for the machine yet.
 */
export function levelFlags(): Readonly<Record<string, readonly string[]>> {
  const levels = LEVELS[process.arch];
  if (levels === undefined || process.platform === "win32") throw new NativeBuildError(`none for ${platform} yet`);
  return levels;
}

/** @throws {NoCompilerError} when there is none. */
export async function findCompiler(): Promise<Compiler> {
  const command = process.env["CXX"] ?? "c++";
  try {
    return { command, version: (await run(command, ["--version"])).stdout };
  } catch {
    throw new NoCompilerError(`no C++ compiler, looked for ${command}`);
  }
}

/** Runs the compiler. @throws {NativeBuildError} with the first lines of what it said when it refuses. */
export async function compile({ command }: Compiler, args: readonly string[]): Promise<void> {
  try {
    await run(command, args, { maxBuffer: 2 ** 26 });
  } catch (error) {
    const output = (error as { readonly stderr?: string }).stderr ?? String(error);
    throw new NativeBuildError(`${command} refused: ${output.trim().split("\n").slice(0, 20).join("\n")}`);
  }
}

/**
 * Compiles what was not compiled before, into objects named by a hash of everything that decides about them.
 * @param headers what any source may include.
 * @param folder of the objects; those that no job names are removed.
 * @returns the jobs with the paths of their objects.
 */
export async function compileObjects<Job extends CompileJob>(
  compiler: Compiler,
  jobs: readonly Job[],
  headers: readonly Source[],
  folder: string,
): Promise<(Job & { readonly object: string })[]> {
  await mkdir(folder, { recursive: true });
  const shared = hashOf(compiler.version, ...headers.map(({ text }) => text));
  const named = jobs.map((job) => {
    const { name, text } = job.source;
    const key = hashOf(shared, job.flags.join(" "), name, text).slice(0, 24);
    return { ...job, object: join(folder, `${job.level}-${basename(name, ".cc")}-${key}.o`) };
  });
  await inParallel(named, async ({ flags, source, object }) => {
    if (existsSync(object)) return;
    const partial = `${object}.${process.pid}`;
    await compile(compiler, [...flags, "-c", join(source.folder, source.name), "-o", partial]);
    await rename(partial, object);
  });
  const used = new Set(named.map(({ object }) => basename(object)));
  for (const name of await readdir(folder)) if (!used.has(name)) await rm(join(folder, name), { force: true });
  return named;
}

/** The C++ files of a folder, by name. */
export async function readSources(folder: string): Promise<{ readonly units: Source[]; readonly headers: Source[] }> {
  const names = (await readdir(folder)).filter((name) => /\.(cc|h)$/.test(name)).toSorted();
  const all = await Promise.all(
    names.map(async (name) => ({ folder, name, text: await readFile(join(folder, name), "utf8") })),
  );
  return {
    units: all.filter(({ name }) => name.endsWith(".cc")),
    headers: all.filter(({ name }) => name.endsWith(".h")),
  };
}

/** Does `work` for every job, as many at a time as there are cores. */
export async function inParallel<Job>(jobs: readonly Job[], work: (job: Job) => Promise<void>): Promise<void> {
  const queue = [...jobs];
  const worker = async (): Promise<void> => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) await work(job);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

export function hashOf(...parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\0")).digest("hex");
}

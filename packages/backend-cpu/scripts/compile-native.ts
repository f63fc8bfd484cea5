import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../native", import.meta.url));

/** The libraries cannot be built here. */
export class NativeBuildError extends Error {
  override readonly name = "NativeBuildError";
}

/** What every level is compiled with. Contraction is asked for by name, where it is wanted. */
const FLAGS = [
  "-std=c++20",
  "-O3",
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

/** On Linux the C++ run-time library comes along: the one of another machine may be older. */
const RUNTIME = process.platform === "linux" ? ["-static-libstdc++", "-static-libgcc"] : [];

/** Flags of the instruction levels, by architecture as Node names it. */
const LEVELS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  x64: {
    generic: [],
    avx2: ["-mavx2", "-mfma", "-mf16c"],
    avx512: ["-mavx512f", "-mavx512bw", "-mavx512dq", "-mavx512vl", "-mfma", "-mf16c", "-mprefer-vector-width=512"],
  },
  arm64: { generic: [] },
};

/** What lies beside the libraries: the loader compares it with what it finds. */
export interface NativeManifest {
  /** Hash of everything that decides about the libraries' contents. */
  readonly source: string;
  /** SHA-256 of each library, by file name. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Builds what is missing.
 * @returns the folder of the libraries, and whether anything had to be done.
 * @throws {NativeBuildError} without a compiler, or when it refuses the sources.
 */
export async function buildNative(): Promise<{ readonly folder: string; readonly isNew: boolean }> {
  const levels = LEVELS[process.arch];
  const platform = `${process.platform}-${process.arch}`;
  if (levels === undefined || process.platform === "win32") throw new NativeBuildError(`none for ${platform} yet`);
  const compiler = process.env["CXX"] ?? "c++";
  const version = await versionOf(compiler);
  const sources = await readSources();
  const source = hashOf(version, FLAGS.join(" "), JSON.stringify(levels), ...sources.map(({ text }) => text));
  const folder = join(root, "build", platform);
  if (await isBuilt(folder, source)) return { folder, isNew: false };
  const headers = hashOf(...sources.filter(({ name }) => name.endsWith(".h")).map(({ text }) => text));
  const objects = join(root, "build", "objects");
  await mkdir(objects, { recursive: true });
  const jobs = Object.entries(levels).flatMap(([level, flags]) =>
    sources
      .filter(({ name }) => name.endsWith(".cc"))
      .map(({ name, text }) => {
        const key = hashOf(version, FLAGS.join(" "), flags.join(" "), headers, name, text).slice(0, 24);
        return {
          level,
          flags,
          file: join(root, "src", name),
          object: join(objects, `${level}-${basename(name, ".cc")}-${key}.o`),
        };
      }),
  );
  await inParallel(jobs, async ({ flags, file, object }) => {
    if (existsSync(object)) return;
    const partial = `${object}.${process.pid}`;
    await compile(compiler, [...FLAGS, ...flags, "-c", file, "-o", partial]);
    await rename(partial, object);
  });
  await link(compiler, folder, Object.keys(levels), jobs, source);
  await removeStale(objects, new Set(jobs.map(({ object }) => basename(object))));
  return { folder, isNew: true };
}

/** Links into a folder beside the final one, which appears whole or not at all. */
async function link(
  compiler: string,
  folder: string,
  levels: readonly string[],
  jobs: readonly { readonly level: string; readonly object: string }[],
  source: string,
): Promise<void> {
  const partial = `${folder}.${process.pid}`;
  await mkdir(partial, { recursive: true });
  const files: Record<string, string> = {};
  for (const level of levels) {
    const name = `camada-cpu-${level}.so`;
    const objects = jobs.filter((job) => job.level === level).map(({ object }) => object);
    await compile(compiler, ["-shared", "-pthread", "-s", ...RUNTIME, ...objects, "-o", join(partial, name)]);
    files[name] = createHash("sha256")
      .update(await readFile(join(partial, name)))
      .digest("hex");
  }
  const manifest: NativeManifest = { source, files };
  await writeFile(join(partial, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  await rm(folder, { recursive: true, force: true });
  await rename(partial, folder);
}

async function versionOf(compiler: string): Promise<string> {
  try {
    return (await run(compiler, ["--version"])).stdout;
  } catch {
    throw new NativeBuildError(`no C++ compiler, looked for ${compiler}`);
  }
}

async function compile(compiler: string, args: readonly string[]): Promise<void> {
  try {
    await run(compiler, args, { maxBuffer: 2 ** 26 });
  } catch (error) {
    const output = (error as { readonly stderr?: string }).stderr ?? String(error);
    throw new NativeBuildError(`${compiler} refused: ${output.trim().split("\n").slice(0, 20).join("\n")}`);
  }
}

async function readSources(): Promise<{ readonly name: string; readonly text: string }[]> {
  const names = (await readdir(join(root, "src"))).filter((name) => /\.(cc|h)$/.test(name)).toSorted();
  return Promise.all(names.map(async (name) => ({ name, text: await readFile(join(root, "src", name), "utf8") })));
}

async function isBuilt(folder: string, source: string): Promise<boolean> {
  try {
    const manifest = JSON.parse(await readFile(join(folder, "manifest.json"), "utf8")) as NativeManifest;
    return manifest.source === source && Object.keys(manifest.files).every((name) => existsSync(join(folder, name)));
  } catch {
    return false;
  }
}

async function inParallel<Job>(jobs: readonly Job[], work: (job: Job) => Promise<void>): Promise<void> {
  const queue = [...jobs];
  const worker = async (): Promise<void> => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) await work(job);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

async function removeStale(folder: string, used: ReadonlySet<string>): Promise<void> {
  for (const name of await readdir(folder)) if (!used.has(name)) await rm(join(folder, name), { force: true });
}

function hashOf(...parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\0")).digest("hex");
}

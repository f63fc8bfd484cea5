import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { libraryFile, levelsOf } from "../src/native/level.ts";
import { NativeLibrary } from "../src/native/library.ts";
import { buildNative, LANGUAGE_FLAGS, linkLibraries, nativeRoot } from "./compile-native.ts";
import {
  compile,
  compileObjects,
  findCompiler,
  inParallel,
  levelFlags,
  NoCompilerError,
  readSources,
  type CompileJob,
  type Compiler,
  type Source,
} from "./native-compiler.ts";

const run = promisify(execFile);

/** What came of it. */
export interface SanitizerReport {
  /** Programs that ran to their end without a report. */
  readonly passed: number;
  /** The first lines of every report. */
  readonly problems: readonly string[];
  /** Why nothing could run: no compiler, or one without sanitizers. */
  readonly missing?: string;
}

const build = join(nativeRoot, "build");

const COMMON = [...LANGUAGE_FLAGS, "-g1", "-fno-omit-frame-pointer"];
/** Kernels as they stand: with sanitizers the compiler takes three times as long to optimize them. */
const KERNELS = "-O0";
/** The programs' own references, which would take minutes. */
const PROGRAMS = "-O1";
/** Code of AMX in software, which checks packing and blocking where there is no AMX. */
const EMULATED_AMX = "3";
/** Null pointers and alignment show as faults anyway, and looking for them doubles the time to compile. */
const ADDRESS = [
  "-fsanitize=address,undefined",
  "-fno-sanitize=null,alignment,object-size",
  "-fno-sanitize-recover=all",
] as const;
const THREAD = ["-fsanitize=thread"] as const;
/** What ThreadSanitizer looks at: the threads, and the pool that they share. */
const THREADED = ["parallel.cc", "buffer-pool.cc"];

/**
 * Compiles and runs everything.
 * @param say gets a line for every program.
 * @throws {NativeBuildError} when something cannot be compiled.
 */
export async function checkSanitized(say: (line: string) => void): Promise<SanitizerReport> {
  const compiler = await findCompiler();
  await requireSanitizers(compiler);
  const cpuLevels = await levelsHere();
  const levels = cpuLevels.filter((level) => Object.hasOwn(levelFlags(), level));
  const sources = await readSources(join(nativeRoot, "src"));
  const tests = await readSources(join(nativeRoot, "test"));
  const headers = [...sources.headers, ...tests.headers];
  const compileFor = (flags: readonly string[], chosen: readonly string[], units: readonly Source[], kind: string) => {
    const jobs = chosen.flatMap((level) =>
      units.map((source) => {
        const optimization = tests.units.includes(source) ? PROGRAMS : KERNELS;
        return { level, flags: [...flags, optimization, ...levelFlags()[level]!], source };
      }),
    );
    return compileObjects(compiler, jobs, headers, join(build, `objects-${kind}`));
  };
  const units = [...sources.units, ...tests.units];
  const objects = await compileFor([...COMMON, ...ADDRESS], levels, units, "sanitized");
  const library = join(build, "sanitized");
  const ofLibrary = objects.filter(({ source }) => sources.units.includes(source));
  await linkLibraries(compiler, library, ofLibrary, ADDRESS, "");
  const programs = await linkPrograms(compiler, objects, tests.units, ADDRESS, "sanitized");
  const threaded = [
    ...sources.units.filter(({ name }) => THREADED.includes(name)),
    ...tests.units.filter(({ name }) => name === "parallel-check.cc"),
  ];
  const withThreads = await compileFor([...COMMON, ...THREAD], levels.slice(-1), threaded, "thread-sanitized");
  programs.push(...(await linkPrograms(compiler, withThreads, tests.units, THREAD, "thread-sanitized")));

  const problems: string[] = [];
  let passed = 0;
  const judge = async (name: string, work: () => Promise<unknown>): Promise<void> => {
    const problem = await work().then(
      () => undefined,
      (error: unknown) => `${name}: ${reasonOf(error)}`,
    );
    if (problem === undefined) passed++;
    else problems.push(problem);
    say(`${problem === undefined ? "ok" : "FAILED"} ${name}`);
  };
  const runs = programs.flatMap((program) =>
    argumentsOf(program.name, cpuLevels).map((args) => ({ ...program, args })),
  );
  await inParallel(runs, ({ name, path, args }) =>
    judge([name, ...args].join(" "), () => run(path, args, { env: environment(), maxBuffer: 2 ** 26 })),
  );
  for (const level of levels) await judge(`${level} kernels in Node`, () => runInNode(compiler, library, level));
  return { passed, problems };
}

/** Links every program of native/test, at every level, with all of native/src that was compiled with it. */
async function linkPrograms(
  compiler: Compiler,
  objects: readonly (CompileJob & { readonly object: string })[],
  tests: readonly Source[],
  flags: readonly string[],
  kind: string,
): Promise<{ readonly name: string; readonly path: string }[]> {
  const programs = objects.filter(({ source }) => tests.includes(source));
  const linked: { name: string; path: string }[] = [];
  for (const { level, source, object } of programs) {
    const name = `${level} ${basename(source.name, ".cc")} ${kind}`;
    const path = join(build, name.replaceAll(" ", "-"));
    const others = objects.filter((job) => job.level === level && !tests.includes(job.source));
    await compile(compiler, ["-pthread", ...flags, object, ...others.map((job) => job.object), "-o", path]);
    linked.push({ name, path });
  }
  return linked;
}

/** Arguments of every run of a program: how many random cases, for those that ask, and the kinds of products here. */
function argumentsOf(name: string, cpuLevels: readonly string[]): string[][] {
  if (!/gemm-check|spatial-check/.test(name)) return [[]];
  const cases = process.env["CAMADA_DIFFERENTIAL_CASES"] ?? "10";
  if (!name.startsWith("avx512 gemm-check")) return [[cases]];
  const has = (level: string, ...codes: string[]) => (cpuLevels.includes(level) ? codes : []);
  const codes = ["0", ...has("avx512-bf16", "1", EMULATED_AMX), ...has("amx-bf16", "2")];
  return codes.map((code) => [cases, "1", code]);
}

/** The comparisons of test/native in a Node whose memory functions are AddressSanitizer's. */
async function runInNode(compiler: Compiler, libraryFolder: string, level: string): Promise<void> {
  const { stdout } = await run(compiler.command, ["-print-file-name=libasan.so"]);
  const root = join(nativeRoot, "../../..");
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const tests = join(nativeRoot, "../test/native");
  await run(process.execPath, [vitest, "run", "--project", "cpu-native", "--reporter=dot", tests], {
    cwd: root,
    maxBuffer: 2 ** 26,
    env: {
      ...environment(),
      LD_PRELOAD: stdout.trim(),
      CAMADA_CPU_LEVEL: level,
      CAMADA_NATIVE_LIBRARIES: libraryFolder,
      CAMADA_DIFFERENTIAL_CASES: process.env["CAMADA_DIFFERENTIAL_CASES"] ?? "50",
    },
  });
}

/** Node itself leaves memory to the system when it ends. */
function environment(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ASAN_OPTIONS: "detect_leaks=0:allocator_may_return_null=1:handle_segv=0",
    UBSAN_OPTIONS: "print_stacktrace=1:halt_on_error=1",
    TSAN_OPTIONS: "halt_on_error=1",
  };
}

/** @throws {NoCompilerError} when a program with sanitizers cannot be built or run. */
async function requireSanitizers(compiler: Compiler): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "camada-sanitizers-"));
  try {
    await writeFile(join(folder, "probe.cc"), "int main() { return 0; }\n");
    await compile(compiler, [...ADDRESS, join(folder, "probe.cc"), "-o", join(folder, "probe")]);
    await run(join(folder, "probe"));
  } catch {
    throw new NoCompilerError(`${compiler.command} has no sanitizers here`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Levels that this machine can run, as the libraries that are shipped see it. */
async function levelsHere(): Promise<readonly string[]> {
  const { folder } = await buildNative();
  const features = new NativeLibrary(folder, libraryFile("generic")).declare("camada_cpu_features", "int32_t", [])();
  return levelsOf(features);
}

/** The report's first lines: what happened, where. */
function reasonOf(error: unknown): string {
  const { stdout = "", stderr = "", message = String(error) } = error as Partial<Record<string, string>>;
  const output = `${stderr}\n${stdout}`;
  const start = output.search(/runtime error|ERROR: AddressSanitizer|WARNING: ThreadSanitizer/);
  const lines = (start < 0 ? `${message}\n${output}` : output.slice(start)).split("\n");
  return lines
    .filter((line) => line.trim() !== "")
    .slice(0, 12)
    .join("\n");
}

import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { libraryFile, levelsOf } from "../src/native/level.ts";
import { NativeLibrary } from "../src/native/library.ts";
import { buildNative, LANGUAGE_FLAGS, nativeRoot } from "./compile-native.ts";
import {
  compile,
  compileObjects,
  findCompiler,
  levelFlags,
  NoCompilerError,
  readSources,
  type Compiler,
} from "./native-compiler.ts";

const run = promisify(execFile);

/** What came of it. */
export interface SanitizerReport {
  /** Programs that ran to their end without a report. */
  readonly passed: number;
  readonly failed: number;
  /** The first lines of every report. */
  readonly problems: readonly string[];
  /** Why nothing could run: no compiler, or one without sanitizers. */
  readonly missing?: string;
}

const SANITIZE = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];
const THREAD = ["-fsanitize=thread"];
/** Optimized a little: the compiler's work on large templates is most of the time otherwise. */
const COMMON = ["-O1", "-g1", "-fno-omit-frame-pointer"];

/**
 * Compiles and runs everything.
 * @param say gets a line for every program.
 * @throws {NativeBuildError} when something cannot be compiled.
 */
export async function checkSanitized(say: (line: string) => void): Promise<SanitizerReport> {
  const compiler = await findCompiler();
  await requireSanitizers(compiler);
  const { folder } = await buildNative({ suffix: "-sanitized", flags: [...COMMON, ...SANITIZE], linkFlags: SANITIZE });
  const programs = [
    ...(await buildPrograms(compiler, "sanitized", SANITIZE, () => true)),
    ...(await buildPrograms(compiler, "thread-sanitized", THREAD, ({ name }) => name === "parallel-check.cc")),
  ];
  const levels = await levelsHere();
  const problems: string[] = [];
  let passed = 0;
  const judge = async (name: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
      passed++;
      say(`ok ${name}`);
    } catch (error) {
      problems.push(`${name}: ${reasonOf(error)}`);
      say(`FAILED ${name}`);
    }
  };
  for (const { level, name, path } of programs) {
    if (levels.includes(level)) await judge(name, () => run(path, [], { env: environment(), maxBuffer: 2 ** 26 }));
  }
  for (const level of levels) await judge(`${level} kernels in Node`, () => runInNode(compiler, folder, level));
  return { passed, failed: 0, problems };
}

/** A program of native/test, linked with all of native/src. */
interface Program {
  readonly level: string;
  readonly name: string;
  readonly path: string;
}

async function buildPrograms(
  compiler: Compiler,
  kind: string,
  sanitizer: readonly string[],
  isWanted: (unit: { readonly name: string }) => boolean,
): Promise<Program[]> {
  const library = await readSources(join(nativeRoot, "src"));
  const tests = await readSources(join(nativeRoot, "test"));
  const flags = [...LANGUAGE_FLAGS, ...COMMON, ...sanitizer];
  const units = tests.units.filter(isWanted);
  const build = join(nativeRoot, "build");
  const jobs = Object.entries(levelFlags()).flatMap(([level, extra]) =>
    [...library.units, ...units].map((source) => ({ level, flags: [...flags, ...extra], source })),
  );
  const headers = [...library.headers, ...tests.headers];
  const objects = await compileObjects(compiler, jobs, headers, join(build, `objects-${kind}-programs`));
  const programs: Program[] = [];
  for (const { level, source, object } of objects) {
    if (!units.includes(source)) continue;
    const name = `${level}-${basename(source.name, ".cc")}`;
    const path = join(build, `${name}-${kind}`);
    const others = objects.filter((job) => job.level === level && library.units.includes(job.source));
    await compile(compiler, ["-pthread", ...sanitizer, object, ...others.map((job) => job.object), "-o", path]);
    programs.push({ level, name: `${name}, ${kind}`, path });
  }
  return programs;
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
      CAMADA_DIFFERENTIAL_CASES: process.env["CAMADA_DIFFERENTIAL_CASES"] ?? "200",
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
    await compile(compiler, [...SANITIZE, join(folder, "probe.cc"), "-o", join(folder, "probe")]);
    await run(join(folder, "probe"));
  } catch {
    throw new NoCompilerError(`${compiler.command} has no sanitizers here`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Levels that this machine can run, as the libraries that are shipped see it. */
async function levelsHere(): Promise<string[]> {
  const { folder } = await buildNative();
  const features = new NativeLibrary(folder, libraryFile("generic")).declare("camada_cpu_features", "int32_t", [])();
  return levelsOf(features).filter((level) => Object.hasOwn(levelFlags(), level));
}

/** The report's first lines: what happened, where. */
function reasonOf(error: unknown): string {
  const { stdout = "", stderr = "", message = String(error) } = error as Partial<Record<string, string>>;
  const output = `${stderr}\n${stdout}`;
  const start = output.search(/runtime error|ERROR: AddressSanitizer|WARNING: ThreadSanitizer/);
  const lines = (start < 0 ? `${message}\n${output}` : output.slice(start)).split("\n");
  return lines.filter((line) => line.trim() !== "").slice(0, 12).join("\n");
}

import { execFile } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { root } from "./check/command.ts";
import type { SuiteReport } from "./report.ts";

/** Projects of `vitest.config.ts` that run the engine `native`: at the best level, and at levels below. */
const BEST = "cpu-native";
const LOWER = ["avx2", "generic"] as const;

/** Instruction levels of the native engine that this machine can run. */
export interface NativeLevels {
  /** The least first; empty where there is no library. */
  readonly levels: readonly string[];
  /** Why nothing could be built: no compiler. */
  readonly missing?: string;
  /** What is wrong with the libraries. */
  readonly problem?: string;
}

/** Builds the native libraries if need be, and finds the levels to test. */
export async function findNativeLevels(): Promise<NativeLevels> {
  const script = join(root, "packages/backend-cpu/scripts/report-native.ts");
  const options = ["--import", "tsx", "--conditions=@camada/source", script];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, options, { cwd: root });
    return JSON.parse(stdout) as NativeLevels;
  } catch (error) {
    return { levels: [], problem: `the libraries end the process that loads them: ${String(error).split("\n", 1)[0]}` };
  }
}

/**
 * Projects that cannot run here, or would only repeat another: the best level has a project of its own.
 * @param levels as {@link findNativeLevels} gives them
 */
export function idleNativeProjects(levels: readonly string[]): string[] {
  const best = levels.at(-1);
  const idle = LOWER.filter((level) => level === best || !levels.includes(level)).map((level) => `${BEST}-${level}`);
  return best === undefined ? [BEST, ...idle] : idle;
}

/**
 * Stands for a suite of the native engine that cannot run.
 * @param name of the suite
 * @param native without levels
 */
export function absentNative(name: string, { missing, problem }: NativeLevels): SuiteReport {
  const totals = { passed: 0, failed: 0, skipped: 0 };
  if (problem !== undefined) return { name, totals, problems: [problem] };
  const reason = missing ?? "no native libraries";
  const command = "apt-get install g++ && pnpm test";
  // The engine `wasm` takes over, so a machine without a compiler is no failure anywhere.
  return { name, totals, problems: [], missing: { reason, command, isOptional: true } };
}

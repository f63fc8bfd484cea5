import { readFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, platform, release, totalmem } from "node:os";
import process from "node:process";

/** Where a benchmark ran: without it a time means nothing. */
export interface Machine {
  readonly cpu: string;
  /** Instruction sets that matter for arithmetic, as Linux names them; empty where the system does not tell. */
  readonly features: readonly string[];
  /** Threads that the process may use at once. */
  readonly threads: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  readonly v8: string;
  /** Mean number of runnable processes in the last minute, ours included: above `threads` the times are worth little. */
  readonly load: number;
}

const ARITHMETIC = /^(sse4_[12]|avx\w*|fma|f16c|amx\w*|asimd\w*|fphp|sve\w*|i8mm|bf16)$/;

/** Describes this machine as it is now. */
export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? process.arch,
    features: arithmeticFeatures(readCpuInfo()),
    threads: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()} ${process.arch}`,
    node: process.versions.node,
    v8: process.versions.v8,
    load: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  };
}

/**
 * Picks the instruction sets for arithmetic out of Linux's `/proc/cpuinfo`.
 * @param cpuInfo text of that file
 */
export function arithmeticFeatures(cpuInfo: string): string[] {
  const flags = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(cpuInfo)?.[1] ?? "";
  return flags.split(" ").filter((flag) => ARITHMETIC.test(flag));
}

function readCpuInfo(): string {
  try {
    return readFileSync("/proc/cpuinfo", "utf8");
  } catch {
    return "";
  }
}

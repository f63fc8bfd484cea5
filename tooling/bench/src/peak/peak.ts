import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import process from "node:process";
import type { Machine } from "../machine.ts";

/** The greatest rate of arithmetic from registers, or why it is not known. */
export type Peak = { readonly gflops: number; readonly kind: string } | { readonly unknown: string };

/** Arithmetic of a candidate's products. */
export type Precision = "float32" | "bf16";

const run = promisify(execFile);

/**
 * Measures this machine's peak with a program that is compiled on the spot by the system's `c++`.
 * @param machine whose instruction sets decide what is measured
 * @param threads as many as the candidates use
 * @returns for each precision the best of sixty short repetitions, in GFLOP/s of all threads together
 */
export async function measurePeaks(machine: Machine, threads: number): Promise<Readonly<Record<Precision, Peak>>> {
  const kinds = { float32: peakKind(machine.features, "float32"), bf16: peakKind(machine.features, "bf16") };
  const folder = await mkdtemp(join(tmpdir(), "camada-peak-"));
  try {
    const program = join(folder, "peak");
    await run("c++", ["-O2", "-std=c++17", "-pthread", join(import.meta.dirname, "peak.cpp"), "-o", program]);
    const one = async (kind: ReturnType<typeof peakKind>): Promise<Peak> => {
      if ("unknown" in kind) return kind;
      const { stdout } = await run(program, [kind.kind, String(threads)]);
      return { gflops: Number(stdout), kind: kind.kind };
    };
    return { float32: await one(kinds.float32), bf16: await one(kinds.bf16) };
  } catch (error) {
    const reason =
      error instanceof Error && "code" in error && error.code === "ENOENT" ? "there is no c++" : "c++ failed";
    return { float32: { unknown: reason }, bf16: { unknown: reason } };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * The instruction that gives the highest rate.
 * @param features instruction sets, as Linux names them
 * @param precision of the products
 */
export function peakKind(
  features: readonly string[],
  precision: Precision,
): { readonly kind: string } | { readonly unknown: string } {
  const has = (feature: string) => features.includes(feature);
  if (precision === "bf16") {
    if (has("amx_bf16")) return { kind: "amx-bf16" };
    return has("avx512_bf16") ? { kind: "avx512-bf16" } : { unknown: "no bf16 instruction that is measured" };
  }
  if (has("avx512f")) return { kind: "avx512" };
  if (has("avx2") && has("fma")) return { kind: "avx2" };
  if (has("asimd") || process.arch === "arm64") return { kind: "neon" };
  return { unknown: "no instruction set that is measured" };
}

/**
 * A peak for people.
 * @param peak to describe
 */
export function peakText(peak: Peak): string {
  return "unknown" in peak ? `unknown: ${peak.unknown}` : `${peak.gflops.toFixed(0)} GFLOP/s (${peak.kind})`;
}

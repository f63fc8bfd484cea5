import type { CpuLevel, CpuPrecision } from "./names.ts";

const FLOAT32 = 0;

/** Codes of products of bf16 factors, as native kernels know them, at the levels that have any. */
const BF16: Readonly<Partial<Record<CpuLevel, number>>> = { "avx512-bf16": 1, "amx-bf16": 2 };

const NAMES: readonly CpuPrecision[] = ["float32", "bf16"];

/**
 * Code of what matrix products and convolutions are computed with. It travels with every operation: backends of several
 * levels and precisions share a library, those of several threads too.
 * @throws {RangeError} when there is no such precision, or the level lacks it. Imitated in software, bf16 would be slower
 * than float32.
 */
export function arithmeticCode(precision: CpuPrecision, level: CpuLevel): number {
  if (precision === "float32") return FLOAT32;
  if (!NAMES.includes(precision)) {
    throw new RangeError(`cpu: expected a precision among ${NAMES.join(", ")}, got ${String(precision)}`);
  }
  const code = BF16[level];
  if (code !== undefined) return code;
  const levels = Object.keys(BF16).join(" or ");
  throw new RangeError(`cpu: expected a CPU of level ${levels} for precision ${precision}, got ${level}`);
}

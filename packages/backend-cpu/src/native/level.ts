import { LEVELS, type CpuLevel } from "./names.ts";

/** The environment variable that asks for a level. */
export const LEVEL_VARIABLE = "CAMADA_CPU_LEVEL";

/** Bit of `camada_cpu_features` that a level needs, library that holds its code, and its name for people. */
const DETAILS: Readonly<Record<CpuLevel, { readonly bit: number; readonly library: string; readonly text: string }>> = {
  generic: { bit: 0, library: "generic", text: process.arch === "arm64" ? "NEON" : "SSE2" },
  avx2: { bit: 1, library: "avx2", text: "AVX2 and FMA" },
  avx512: { bit: 2, library: "avx512", text: "AVX-512" },
  "avx512-bf16": { bit: 4, library: "avx512", text: "AVX-512 with bf16 products" },
  "amx-bf16": { bit: 8, library: "avx512", text: "AVX-512 with AMX bf16 tiles" },
};

/** Levels that a CPU of these features has, the least first. */
export function levelsOf(features: number): CpuLevel[] {
  return LEVELS.filter((level) => (features & DETAILS[level].bit) === DETAILS[level].bit);
}

/**
 * The level to run: the one asked for, or the CPU's best.
 * @param features answer of `camada_cpu_features`.
 * @throws {RangeError} when there is no such level, or this CPU lacks it.
 */
export function chooseLevel(features: number, wanted: string | undefined): CpuLevel {
  const levels = levelsOf(features);
  if (wanted === undefined || wanted === "") return levels.at(-1) ?? "generic";
  const level = LEVELS.find((name) => name === wanted);
  if (level === undefined) throw new RangeError(`cpu: expected a level among ${LEVELS.join(", ")}, got ${wanted}`);
  if (!levels.includes(level))
    throw new RangeError(`cpu: expected a level of this CPU, ${levels.join(", ")}, got ${wanted}`);
  return level;
}

/** File of the library that holds a level's code. */
export function libraryFile(level: CpuLevel): string {
  return `camada-cpu-${DETAILS[level].library}.so`;
}

/** A level for people. */
export function levelText(level: CpuLevel): string {
  return DETAILS[level].text;
}

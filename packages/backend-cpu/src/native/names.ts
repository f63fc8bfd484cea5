/** Instruction levels, each including those before it. The last two add bf16 products to `avx512`. */
export const LEVELS = ["generic", "avx2", "avx512", "avx512-bf16", "amx-bf16"] as const;

/** An instruction level of the native kernels: `generic` is SSE2 on x86-64 and NEON on arm64. */
export type CpuLevel = (typeof LEVELS)[number];

/** Arithmetic of matrix products and convolutions; everything else is float32 always. */
export type CpuPrecision = "float32" | "bf16";

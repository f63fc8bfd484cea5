/** Instruction levels, each including those before it. The last two add bf16 products to `avx512`. */
export const LEVELS = ["generic", "avx2", "avx512", "avx512-bf16", "amx-bf16"] as const;

/** An instruction level of the native kernels: `generic` is SSE2 on x86-64 and NEON on arm64. */
export type CpuLevel = (typeof LEVELS)[number];

/** Codes of the arithmetic of matrix products, as native kernels know them. */
export const PRECISIONS = { float32: 0, bf16: 1 } as const;

/** Arithmetic of matrix products and convolutions; everything else is float32 always. */
export type CpuPrecision = keyof typeof PRECISIONS;

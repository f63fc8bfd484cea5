import { activeBackend } from "@camada/tensor";
import { expectClose } from "@camada/test-kit";

/** As `scripts/golden.py` writes numbers: what JSON lacks is text. */
export type GoldenNumber = number | "nan" | "inf";

export function toFloat32(values: readonly GoldenNumber[]): Float32Array {
  return Float32Array.from(values, (value) => (value === "nan" ? NaN : value === "inf" ? Infinity : value));
}

/** Bit for bit on the CPU, whose arithmetic is MXNet's. GPUs divide and take roots with an error of a few ulp. */
export function expectGolden(actual: Float32Array, golden: readonly GoldenNumber[]): void {
  const isExact = activeBackend()?.backend.name === "cpu";
  expectClose(actual, toFloat32(golden), isExact ? {} : { absolute: 1e-6, relative: 1e-5 });
}

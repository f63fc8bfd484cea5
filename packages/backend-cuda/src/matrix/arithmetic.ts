import type { CudaPrecision } from "../cuda-backend.ts";
import type { DeviceDescription } from "../driver/driver.ts";

/**
 * How kernels multiply: in float32; on the tensor cores with factors rounded to TF32 or bf16; or with factors split in two
 * TF32 numbers each, `tf32x3`, whose products are as exact as float32.
 */
export type Arithmetic = "fma" | "tf32" | "tf32x3" | "bf16";

/** Arithmetic of the tensor cores. */
export type TensorCoreArithmetic = Exclude<Arithmetic, "fma">;

/** `MATH_...` of `kernels/tile-arithmetic.cuh`. */
export const ARITHMETIC_CODES: Readonly<Record<Arithmetic, number>> = { fma: 0, tf32: 1, tf32x3: 2, bf16: 3 };

/** Products of a thousand terms and less end before tensor cores have caught up with what splitting costs. */
const LEAST_SPLIT_PRODUCTS = 2 ** 22;
const LEAST_SPLIT_TERMS = 32;

/** Sizes of a product, for the choice of its arithmetic. */
export interface ProductSize {
  readonly rows: number;
  readonly columns: number;
  /** Terms of each sum. */
  readonly inner: number;
  /** Products of these sizes. */
  readonly members: number;
}

/** The arithmetic of a product at a precision. */
export function arithmeticOf(precision: CudaPrecision, device: DeviceDescription, size: ProductSize): Arithmetic {
  if (precision !== "float32") return precision;
  return isLarge(size) && hasFastTensorCores(device) ? "tf32x3" : "fma";
}

/** Whether there is work enough in a product for the tensor cores to catch up with what they cost. */
export function isLarge({ rows, columns, inner, members }: ProductSize): boolean {
  return rows * columns * inner * members >= LEAST_SPLIT_PRODUCTS && inner >= LEAST_SPLIT_TERMS;
}

/** The arithmetic of the tensor cores that a precision stands for; `undefined` where they do not pay, or are not there. */
export function tensorCoreArithmetic(
  precision: CudaPrecision,
  device: DeviceDescription,
): TensorCoreArithmetic | undefined {
  if (precision !== "float32") return precision;
  return hasFastTensorCores(device) ? "tf32x3" : undefined;
}

/**
 * Whether three products in TF32 take less time than one in float32. They do on the cards for data centers (8.0, 9.0, 10.x);
 * on the others tensor cores multiply TF32 no faster than the rest of the card multiplies float32.
 */
function hasFastTensorCores({ computeCapability: [major, minor] }: DeviceDescription): boolean {
  return (major === 8 && minor === 0) || major === 9 || major === 10;
}

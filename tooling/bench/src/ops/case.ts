import type { OpJob } from "../process/protocol.ts";

/** Numbers and settings of an operation; the workers read them by name. */
export type OpAttrs = OpJob["attrs"];

/** An operation with sizes. */
export interface OpCase {
  /** For people, e.g. `lesson conv3 forward+tanh`. */
  readonly name: string;
  /** Name that the workers know. */
  readonly op: string;
  readonly attrs: OpAttrs;
  /** What one run does: GFLOP of products, or GB that must at least be read and written. */
  readonly work: { readonly amount: number; readonly unit: "GFLOP" | "GB" };
}

/**
 * Bytes that float32 tensors take, as the work of an operation that is bound by memory.
 * @param elements of all tensors that are read or written, each as often as it is
 */
export function traffic(...elements: readonly number[]): OpCase["work"] {
  return { amount: (4 * elements.reduce((sum, count) => sum + count, 0)) / 1e9, unit: "GB" };
}

/**
 * Work of products.
 * @param multiplyAdds each counts twice
 */
export function products(multiplyAdds: number): OpCase["work"] {
  return { amount: (2 * multiplyAdds) / 1e9, unit: "GFLOP" };
}

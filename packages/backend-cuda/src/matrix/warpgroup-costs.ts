import type { Defines } from "../compiler/kernel-source.ts";
import type { DeviceDescription } from "../driver/driver.ts";
import { ARITHMETIC_CODES, type TensorCoreArithmetic } from "./arithmetic.ts";
import { REGISTERS, type BlockLimits } from "./block-limits.ts";

export const GROUP_THREADS = 128;
/** Rows of the sums of one warpgroup. */
export const TILE_ROWS = 64;
export const QUAD_BYTES = 16;
/** The most columns of an instruction, and what their number is a multiple of. */
export const MOST_COLUMNS = 256;
export const COLUMNS_STEP = 8;
/** Registers of a thread besides sums and what is on its way, and besides these where factors are split. */
const OTHER_REGISTERS = 64;
const SPLIT_REGISTERS = 8;
const MOST_REGISTERS = 255;
/** Elements that a thread has read and not stored yet. */
const MOST_ON_THE_WAY = 64;

/** Clocks of a multiprocessor: of a block's beginning and end, and of a barrier with what waits for it. */
export const BLOCK_CLOCKS = 3000;
export const TURN_CLOCKS = 250;
/** Bytes that a multiprocessor gets from the second-level cache in a clock. */
const CACHE_BYTES = 24;
/** Bytes of shared memory that the tensor cores read in a clock. */
const SHARED_BYTES = 128;

/** The least share of the products that mean something: with fewer, other kernels are done sooner. */
export const LEAST_USE = 0.2;

/**
 * Whether a card has the instructions of warpgroups. No card has run their kernels yet: they compute what they were tried for,
 * where a backend tunes.
 */
export function hasWarpgroups({ computeCapability: [major, minor] }: DeviceDescription): boolean {
  return major === 9 && minor === 0;
}

/** Elements of 16 bytes. */
export const quadElements = (arithmetic: TensorCoreArithmetic): number => (arithmetic === "bf16" ? 8 : 4);

/** How often a factor lies in shared memory. */
export const partsOf = (arithmetic: TensorCoreArithmetic): number => (arithmetic === "tf32x3" ? 2 : 1);

export const roundUp = (count: number, step: number): number => Math.ceil(count / step) * step;

/** What a thread copies at a time, rounded up to what kernels are compiled for. */
export const itemsOf = (exact: number): number => (exact <= 4 ? exact : roundUp(exact, 2));

/**
 * Clocks of some products of 64 rows and two planes of the factors. An instruction takes half a clock a column, and reads
 * 32 bytes of each row and column.
 */
export function productClocks(count: number, columns: number, arithmetic: TensorCoreArithmetic): number {
  const instructions = count * (arithmetic === "tf32x3" ? 3 : 1);
  return instructions * Math.max(columns / 2, (32 * (TILE_ROWS + columns)) / SHARED_BYTES);
}

/** Clocks of products, and of bytes that are copied meanwhile. */
export function sharedClocks(products: number, bytes: number): number {
  const copies = bytes / CACHE_BYTES;
  return Math.max(products, copies) + 0.2 * Math.min(products, copies);
}

/** What a thread has in its registers. */
export interface ThreadLoad {
  readonly arithmetic: TensorCoreArithmetic;
  /** Sums of the tensor cores. */
  readonly sums: number;
  /** Elements that are on their way, and in how many pieces. */
  readonly ahead: number;
  readonly pieces: number;
}

/** Blocks that a multiprocessor has at once; 0 where none fits. */
export function residentsOf(
  { threads, bytes }: { readonly threads: number; readonly bytes: number },
  { arithmetic, sums, ahead, pieces }: ThreadLoad,
  { sharedBytes }: BlockLimits,
): number {
  const split = arithmetic === "tf32x3" ? sums + SPLIT_REGISTERS : 0;
  const registers = sums + split + ahead + pieces + OTHER_REGISTERS;
  if (registers > MOST_REGISTERS || ahead > MOST_ON_THE_WAY) return 0;
  return Math.min(Math.floor(REGISTERS / (threads * roundUp(registers, 8))), Math.floor(sharedBytes / (bytes + 1024)));
}

/** What the instruction of a product needs to know of its number of columns, for `kernels/warpgroup.cuh`. */
export function productDefines(columns: number, arithmetic: TensorCoreArithmetic): Defines {
  const sums = Array.from({ length: columns / 2 }, (_, index) => index);
  const text = (parts: readonly string[]): string => `"${parts.join(", ")}"`;
  return {
    COLUMNS: columns,
    MATH: ARITHMETIC_CODES[arithmetic],
    SUMS_TEXT: text(sums.map((index) => `%${index}`)),
    SUMS_OPERANDS: sums.map((index) => `"+f"(sums[${index}])`).join(", "),
    FACTORS_TEXT: text([`%${sums.length}`, `%${sums.length + 1}`]),
    SCALE_TEXT: text([`%${sums.length + 2}`]),
  };
}

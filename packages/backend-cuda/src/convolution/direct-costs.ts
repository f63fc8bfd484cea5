import type { TensorCoreArithmetic } from "../matrix/arithmetic.ts";
import { REGISTERS, type BlockLimits } from "../matrix/block-limits.ts";

/** How a block's warps share its tile of a product, in fragments of 16 rows by 8 columns. */
export interface WarpShape {
  readonly warpRows: number;
  readonly warpColumns: number;
  /** Fragments of each warp. */
  readonly rowTiles: number;
  readonly columnTiles: number;
}

/** The sizes of a direct convolution: of its result, what a group of its channels has, and how windows move. */
export interface DirectSizes {
  readonly images: number;
  readonly groups: number;
  readonly channels: number;
  readonly outputs: number;
  readonly out: readonly [number, number];
  readonly taps: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
}

/** Shapes that differ in their fragments along columns. */
export const shapes = (
  warpRows: number,
  warpColumns: number,
  rowTiles: number,
  columnTiles: readonly number[],
): WarpShape[] => columnTiles.map((count) => ({ warpRows, warpColumns, rowTiles, columnTiles: count }));

/** Clocks of a multiprocessor that an instruction's 16 x 8 x 16 products take, all instructions of their arithmetic. */
const PRODUCT_CLOCKS: Readonly<Record<TensorCoreArithmetic, number>> = { tf32: 3.1, tf32x3: 9.3, bf16: 1.6 };

/** Clocks that a step along the inner axis takes besides. */
const STEP_CLOCKS = 40;
/** Clocks from a patch's last copy to its first use. */
export const CHUNK_CLOCKS = 600;
/** Clocks of a block's beginning and end. */
export const BLOCK_CLOCKS = 2500;
/** Warps of a multiprocessor that hide how long memory takes. */
const ENOUGH_WARPS = 8;
/** Bytes of a word. */
export const BYTES = 4;
const WARP = 32;

/** Most elements of each plane that a thread copies. */
export const MOST_POSITIONS = 8;

/** Threads of a block. */
export function threadsOf({ warpRows, warpColumns }: WarpShape): number {
  return WARP * warpRows * warpColumns;
}

/** Rows and columns of x that some rows and columns of the result see. */
export function patchOf(rows: number, columns: number, { taps, strides, dilations }: DirectSizes): [number, number] {
  const reach = (count: number, axis: 0 | 1): number =>
    (count - 1) * strides[axis] + (taps[axis] - 1) * dilations[axis] + 1;
  return [reach(rows, 0), reach(columns, 1)];
}

/** The least size from `least` on that is `rest` modulo 32: neighbouring channels then begin in other banks. */
export function spread(least: number, rest: number): number {
  return least + ((((rest - least) % WARP) + WARP) % WARP);
}

/** Words of an element that is ready for the tensor cores. */
export function wordsOf(arithmetic: TensorCoreArithmetic): number {
  return arithmetic === "tf32x3" ? 2 : 1;
}

/** Elements of each plane that a thread copies, rounded up to what kernels are compiled for. */
export function positionsOf(elements: number, shape: WarpShape): number {
  const exact = Math.ceil(elements / threadsOf(shape));
  return exact <= 4 ? exact : Math.ceil(exact / 2) * 2;
}

/** Blocks of a multiprocessor, as registers and shared memory allow. */
export function residents(shape: WarpShape, bytes: number, { sharedBytes }: BlockLimits): number {
  const perThread = Math.min(
    255,
    4 * shape.rowTiles * shape.columnTiles + 16 * shape.rowTiles + shape.columnTiles + 60,
  );
  const byRegisters = Math.floor(REGISTERS / (perThread * threadsOf(shape)));
  return Math.min(byRegisters, Math.floor(sharedBytes / (bytes + 1024)), Math.floor(2048 / threadsOf(shape)));
}

/** Clocks that so many equal blocks take on all multiprocessors. */
export function clocksOf(
  blocks: number,
  each: number,
  shape: WarpShape,
  atOnce: number,
  multiprocessors: number,
): number {
  const busy = Math.min(atOnce, Math.ceil(blocks / multiprocessors));
  const share = Math.min(1, (busy * threadsOf(shape)) / WARP / ENOUGH_WARPS);
  return (Math.ceil(blocks / multiprocessors) * each) / (0.4 + 0.6 * share);
}

/**
 * Clocks of the products of one step, and of reading their factors.
 * @param addresses that are computed for every fragment of the right factor.
 */
export function stepClocks(shape: WarpShape, arithmetic: TensorCoreArithmetic, addresses: number): number {
  const warps = shape.warpRows * shape.warpColumns;
  const products = warps * shape.rowTiles * shape.columnTiles * PRODUCT_CLOCKS[arithmetic];
  const reads = warps * ((4 + addresses) * shape.columnTiles + 8 * shape.rowTiles + 4);
  return Math.max(products, reads) + 0.3 * Math.min(products, reads) + STEP_CLOCKS;
}

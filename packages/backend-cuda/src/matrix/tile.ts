import type { Arithmetic, ProductSize } from "./arithmetic.ts";
import { quickestOf } from "./quickest.ts";

/** How a block computes its part of a product. */
export interface Tile {
  readonly rows: number;
  readonly columns: number;
  /** Warps along rows and columns. */
  readonly warpRows: number;
  readonly warpColumns: number;
  /** Blocks that a multiprocessor should have room for. */
  readonly residents: number;
  /** How much of a multiprocessor's arithmetic it keeps busy, against the others. */
  readonly efficiency: number;
}

const SQUARE: Tile = { rows: 64, columns: 64, warpRows: 2, warpColumns: 2, residents: 4, efficiency: 0.75 };

/** Tiles for factors with few rows or columns. */
const THIN: readonly Tile[] = [
  { rows: 32, columns: 128, warpRows: 1, warpColumns: 4, residents: 4, efficiency: 0.65 },
  { rows: 128, columns: 32, warpRows: 4, warpColumns: 1, residents: 4, efficiency: 0.65 },
  { rows: 16, columns: 128, warpRows: 1, warpColumns: 4, residents: 4, efficiency: 0.45 },
  { rows: 128, columns: 16, warpRows: 4, warpColumns: 1, residents: 4, efficiency: 0.45 },
];

/** Half as large as the largest ones. */
const HALVES: readonly Tile[] = [
  { rows: 64, columns: 128, warpRows: 1, warpColumns: 4, residents: 3, efficiency: 0.9 },
  { rows: 128, columns: 64, warpRows: 2, warpColumns: 2, residents: 3, efficiency: 0.9 },
];

/** The large ones fill a thread's registers, 128 where two blocks share a multiprocessor. */
export const TILES: Readonly<Record<Arithmetic, readonly Tile[]>> = {
  fma: [
    { rows: 128, columns: 128, warpRows: 4, warpColumns: 2, residents: 2, efficiency: 1 },
    SQUARE,
    ...THIN,
    ...HALVES,
  ],
  tf32: [
    { rows: 128, columns: 128, warpRows: 2, warpColumns: 4, residents: 2, efficiency: 1 },
    SQUARE,
    ...THIN,
    ...HALVES,
  ],
  bf16: [
    { rows: 128, columns: 128, warpRows: 2, warpColumns: 4, residents: 2, efficiency: 1 },
    SQUARE,
    ...THIN,
    ...HALVES,
  ],
  tf32x3: [{ rows: 128, columns: 64, warpRows: 4, warpColumns: 2, residents: 2, efficiency: 1 }, SQUARE, ...THIN],
};

/** Products a multiprocessor makes in a clock: of the right order, for estimates. */
const RATES: Readonly<Record<Arithmetic, number>> = { fma: 128, tf32: 512, tf32x3: 170, bf16: 1024 };

/** Clocks that a block takes besides its products. */
const BLOCK_CLOCKS = 1500;
/** What one block alone makes of a multiprocessor that has room for several: none hides how long memory takes. */
const ALONE = 0.4;
/** Clocks of another launch. */
const LAUNCH_CLOCKS = 4000;
/** Bytes that pass between a multiprocessor and the memory in a clock. */
const BYTES_PER_CLOCK = 12;

/** Extent of a tile along the inner axis, `kBlockK` in `kernels/tile-operand.cuh`. */
export function innerExtent(arithmetic: Arithmetic): number {
  return arithmetic === "bf16" ? 32 : 16;
}

/** A tile, and into how many parts sums are cut so that there are blocks for all multiprocessors. */
export interface TilePlan {
  readonly tile: Tile;
  readonly parts: number;
}

/** The tile and the parts that should take the least time. */
export function planTiles(size: ProductSize, arithmetic: Arithmetic, multiprocessors: number): TilePlan {
  return planManyTiles(size, arithmetic, multiprocessors, 1)[0]!;
}

/** So many tiles and parts that should take the least time, the quickest first. */
export function planManyTiles(
  size: ProductSize,
  arithmetic: Arithmetic,
  multiprocessors: number,
  count: number,
): TilePlan[] {
  const plans = TILES[arithmetic].flatMap((tile) => partsOf(size, arithmetic).map((parts) => ({ tile, parts })));
  return quickestOf(plans, (plan) => tileClocks(plan, size, arithmetic, multiprocessors), count);
}

const LEAST_STEPS = 8;
const MOST_PARTS = 256;

/** Powers of two, as long as every part has a few steps to go. */
function partsOf({ inner }: ProductSize, arithmetic: Arithmetic): number[] {
  const steps = Math.ceil(inner / innerExtent(arithmetic));
  const result = [1];
  for (let parts = 2; parts <= MOST_PARTS && steps / parts >= LEAST_STEPS; parts *= 2) result.push(parts);
  return result;
}

/** Clocks that a product is about to take. */
function tileClocks(
  { tile, parts }: TilePlan,
  { rows, columns, inner, members }: ProductSize,
  arithmetic: Arithmetic,
  multiprocessors: number,
): number {
  const blocks = Math.ceil(rows / tile.rows) * Math.ceil(columns / tile.columns) * members * parts;
  const extent = innerExtent(arithmetic);
  const terms = Math.ceil(inner / extent / parts) * extent;
  const products = (tile.rows * tile.columns * terms) / (RATES[arithmetic] * tile.efficiency);
  const each = Math.ceil(blocks / multiprocessors);
  const busy = ALONE + (1 - ALONE) * Math.min(1, (each - 1) / (tile.residents - 1));
  const clocks = (each * products) / busy + Math.ceil(each / tile.residents) * BLOCK_CLOCKS;
  if (parts === 1) return clocks;
  // Partial sums are written and read.
  const bytes = 8 * rows * columns * members * parts;
  return clocks + LAUNCH_CLOCKS + bytes / (BYTES_PER_CLOCK * multiprocessors);
}

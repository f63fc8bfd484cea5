import type { Defines } from "../compiler/kernel-source.ts";
import type { TensorCoreArithmetic } from "../matrix/arithmetic.ts";
import type { BlockLimits } from "../matrix/block-limits.ts";
import { quickestOf } from "../matrix/quickest.ts";
import type { Direct } from "./direct-geometry.ts";
import {
  BLOCK_CLOCKS,
  COLUMNS_STEP,
  GROUP_THREADS,
  itemsOf,
  LEAST_USE,
  MOST_COLUMNS,
  partsOf,
  productClocks,
  productDefines,
  QUAD_BYTES,
  quadElements,
  residentsOf,
  roundUp,
  sharedClocks,
  TILE_ROWS,
  TURN_CLOCKS,
} from "../matrix/warpgroup-costs.ts";

/** How a convolution is computed by warpgroups: see `kernels/warpgroup-convolution.cu`. */
export interface WarpgroupPlan {
  readonly arithmetic: TensorCoreArithmetic;
  readonly warpgroups: number;
  /** Times 64 rows of each warpgroup. */
  readonly rowTiles: number;
  /** Columns of the product: output channels, or with `isFolded` taps along the width times output channels. */
  readonly columns: number;
  readonly isFolded: boolean;
  /** 16 bytes of channels that lie in shared memory at once. */
  readonly planes: number;
  /** Taps whose weights lie there at once. */
  readonly units: number;
  /** Images, rows and columns of the result that a block has. */
  readonly tile: readonly [number, number, number];
}

/** Sizes that follow from a plan. */
export function warpgroupLayout(plan: WarpgroupPlan, direct: Direct) {
  const { arithmetic, warpgroups, rowTiles, columns, isFolded, planes, units, tile } = plan;
  const { taps, dilations, channels, outputs } = direct;
  const [images, rows, width] = tile;
  const reach = (axis: 0 | 1): number => (taps[axis] - 1) * dilations[axis];
  const patch: readonly [number, number] = [rows + reach(0), isFolded ? direct.in[1] : width + reach(1)];
  const plane = images * patch[0] * patch[1];
  const threads = warpgroups * GROUP_THREADS;
  const slots = warpgroups * rowTiles * TILE_ROWS;
  const allUnits = isFolded ? taps[0] : taps[0] * taps[1];
  const chunks = Math.ceil(channels / (planes * quadElements(arithmetic)));
  const patches = Math.min(2, chunks);
  const patchQuads = partsOf(arithmetic) * planes * plane;
  const weightQuads = units * partsOf(arithmetic) * planes * columns;
  const shift = reach(0) * patch[1] + (isFolded ? 0 : reach(1));
  // Rows of the product that are none are read as well.
  const read = patches * patchQuads - plane + slots + shift;
  const folds = isFolded ? columns * (slots + 4) * 4 : 0;
  return {
    patch,
    plane,
    threads,
    slots,
    patches,
    chunks,
    allUnits,
    items: itemsOf(Math.ceil((planes * plane) / threads)),
    rowsOfProduct: ((images - 1) * patch[0] + rows - 1) * patch[1] + (isFolded ? patch[1] : width),
    blocksOfOutputs: isFolded ? 1 : Math.ceil(outputs / columns),
    weightQuads,
    bytes: Math.max(QUAD_BYTES * Math.max(patches * patchQuads + 2 * weightQuads, read), folds),
  };
}

/** Blocks that a multiprocessor has at once; 0 where none fits. */
function residents(plan: WarpgroupPlan, direct: Direct, limits: BlockLimits): number {
  const { arithmetic, rowTiles, columns } = plan;
  const layout = warpgroupLayout(plan, direct);
  const ahead = layout.items * quadElements(arithmetic);
  const load = { arithmetic, sums: (rowTiles * columns) / 2, ahead, pieces: layout.items + 4 * rowTiles };
  return residentsOf(layout, load, limits);
}

const divisors = (count: number): number[] =>
  Array.from({ length: count }, (_, index) => index + 1).filter((one) => count % one === 0);

/** Numbers of columns: as few blocks of output channels as may be, and some more. */
function columnCounts({ outputs }: Direct): number[] {
  const least = Math.ceil(outputs / MOST_COLUMNS);
  const counts = [least, least + 1, least * 2, least * 4].map((blocks) =>
    roundUp(Math.ceil(outputs / blocks), COLUMNS_STEP),
  );
  return [...new Set(counts)];
}

/** Tiles of y whose sums fit into so many rows of the product. */
function tilesOf(direct: Direct, slots: number, isFolded: boolean): (readonly [number, number, number])[] {
  const { images, out, taps, dilations } = direct;
  const [height, width] = out;
  const reach = (axis: 0 | 1): number => (taps[axis] - 1) * dilations[axis];
  const whole = isFolded ? direct.in[1] : width + reach(1);
  const ofImage = (height + reach(0)) * whole;
  if (ofImage * 2 <= slots) return [[Math.min(images, Math.floor(slots / ofImage)), height, width]];
  const result: (readonly [number, number, number])[] = [];
  for (let cuts = 1; cuts <= (isFolded ? 1 : 4); cuts++) {
    const columns = Math.ceil(width / cuts);
    const line = isFolded ? whole : columns + reach(1);
    // The last row needs no more than its own places.
    const most = Math.min(height, Math.floor((slots - (isFolded ? whole : columns)) / line) + 1);
    if (most > 0) result.push([1, Math.ceil(height / Math.ceil(height / most)), columns]);
  }
  return result;
}

/** What of a plan kernels are compiled for, besides their arithmetic. */
export type WarpgroupShape = Pick<WarpgroupPlan, "columns" | "isFolded" | "warpgroups" | "rowTiles" | "planes">;

/** Shapes to choose from. */
function* shapesOf(direct: Direct, arithmetic: TensorCoreArithmetic): Generator<WarpgroupShape> {
  const { taps, outputs, channels } = direct;
  const kinds = columnCounts(direct).map((columns) => ({ columns, isFolded: false }));
  if (taps[1] > 1) kinds.push({ columns: roundUp(outputs * taps[1], COLUMNS_STEP), isFolded: true });
  const needed = roundUp(Math.ceil(channels / quadElements(arithmetic)), 2);
  const planesOf = new Set([2, 4, 8].map((planes) => Math.min(planes, needed)));
  for (const kind of kinds) {
    for (const warpgroups of [2, 3, 4]) {
      for (const rowTiles of [1, 2]) for (const planes of planesOf) yield { ...kind, warpgroups, rowTiles, planes };
    }
  }
}

/**
 * All plans of a convolution that fit; none where windows move by more than one.
 * @param shape that they should have; default: any.
 */
export function* warpgroupPlans(
  direct: Direct,
  arithmetic: TensorCoreArithmetic,
  limits: BlockLimits,
  shape?: WarpgroupShape,
): Generator<WarpgroupPlan> {
  const { strides, taps, outputs } = direct;
  if (strides[0] !== 1 || strides[1] !== 1) return;
  for (const one of shape === undefined ? shapesOf(direct, arithmetic) : [shape]) {
    const { warpgroups, rowTiles, isFolded, columns } = one;
    if (columns > MOST_COLUMNS || (isFolded && (taps[1] === 1 || columns < outputs * taps[1]))) continue;
    for (const tile of tilesOf(direct, warpgroups * rowTiles * TILE_ROWS, isFolded)) {
      for (const units of divisors(isFolded ? taps[0] : taps[0] * taps[1])) {
        const plan = { ...one, arithmetic, units, tile };
        if (residents(plan, direct, limits) > 0) yield plan;
      }
    }
  }
}

/** Share of a plan's products that are terms of y. */
function useOf(plan: WarpgroupPlan, direct: Direct): number {
  const { arithmetic, warpgroups, rowTiles, columns, planes, isFolded, tile } = plan;
  const { chunks, blocksOfOutputs } = warpgroupLayout(plan, direct);
  const { channels, outputs, taps } = direct;
  const inner = channels / (chunks * planes * quadElements(arithmetic));
  const ofColumns = (outputs * (isFolded ? taps[1] : 1)) / (blocksOfOutputs * columns);
  return (inner * ofColumns * tile[0] * tile[1] * tile[2]) / (warpgroups * rowTiles * TILE_ROWS);
}

/** So many plans that should take the least time, the quickest first; without those most of whose products mean nothing. */
export function planWarpgroups(
  direct: Direct,
  arithmetic: TensorCoreArithmetic,
  limits: BlockLimits,
  count: number,
): WarpgroupPlan[] {
  const plans = [...warpgroupPlans(direct, arithmetic, limits)].filter((plan) => useOf(plan, direct) >= LEAST_USE);
  return quickestOf(plans, (plan) => warpgroupClocks(plan, direct, limits), count);
}

/** Clocks that a convolution is about to take. */
function warpgroupClocks(plan: WarpgroupPlan, direct: Direct, limits: BlockLimits): number {
  const { arithmetic, warpgroups, rowTiles, columns, planes, units, tile } = plan;
  const { images, out, groups } = direct;
  const { plane, chunks, allUnits, blocksOfOutputs, weightQuads } = warpgroupLayout(plan, direct);
  const blocks =
    Math.ceil(images / tile[0]) * Math.ceil(out[0] / tile[1]) * Math.ceil(out[1] / tile[2]) * blocksOfOutputs * groups;
  const turns = (chunks * allUnits) / units;
  const products = productClocks((chunks * allUnits * planes * warpgroups * rowTiles) / 2, columns, arithmetic);
  const bytes = QUAD_BYTES * turns * weightQuads + 4 * quadElements(arithmetic) * chunks * planes * plane;
  const rounds = Math.ceil(blocks / limits.multiprocessors);
  const waits = Math.ceil(rounds / residents(plan, direct, limits)) * (turns * TURN_CLOCKS + BLOCK_CLOCKS);
  return rounds * sharedClocks(products, bytes) + waits;
}

/** What `warpgroup-convolution.cu` is specialised for. */
export function warpgroupDefines(plan: WarpgroupPlan, items: number): Defines {
  const { columns, arithmetic, warpgroups, rowTiles, planes, isFolded } = plan;
  return {
    ...productDefines(columns, arithmetic),
    WARPGROUPS: warpgroups,
    ROW_TILES: rowTiles,
    PLANES: planes,
    ITEMS: items,
    FOLDED: isFolded ? 1 : 0,
  };
}

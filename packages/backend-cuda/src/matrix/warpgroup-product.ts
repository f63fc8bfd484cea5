import type { ProductSize, TensorCoreArithmetic } from "./arithmetic.ts";
import type { BlockLimits } from "./block-limits.ts";
import { partCounts, quickestOf } from "./quickest.ts";
import type { ProductKind } from "./tile-defines.ts";
import type { BlockShape } from "./tiled-launch.ts";
import {
  BLOCK_CLOCKS,
  COLUMNS_STEP,
  GROUP_THREADS,
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
} from "./warpgroup-costs.ts";

/** How a product is computed by warpgroups: see `kernels/warpgroup-product.cu`. */
export interface WarpgroupProductPlan {
  readonly arithmetic: TensorCoreArithmetic;
  /** Each has 64 rows of the product. */
  readonly warpgroups: number;
  readonly columns: number;
  /** 16 bytes of the inner axis that lie in shared memory at once, an even number. */
  readonly planes: number;
  /** Parts that the inner axis is cut into. */
  readonly parts: number;
}

/** Clocks of adding up parts, the launch included. */
const PARTS_CLOCKS = 4000;
/** Bytes that pass between a multiprocessor and the memory in a clock. */
const MEMORY_BYTES = 12;
const FLOAT_BYTES = 4;

/** Sizes that follow from a plan. */
function warpgroupProductLayout({ arithmetic, warpgroups, columns, planes }: WarpgroupProductPlan) {
  const rows = warpgroups * TILE_ROWS;
  const threads = warpgroups * GROUP_THREADS;
  const quads = planes * (rows + 1 + columns + 1) * partsOf(arithmetic);
  const items = Math.ceil((rows * planes) / threads) + Math.ceil((columns * planes) / threads);
  return {
    rows,
    threads,
    items,
    inner: planes * quadElements(arithmetic),
    bytes: 2 * (QUAD_BYTES * quads + FLOAT_BYTES * rows * (planes + 1)),
  };
}

/** Blocks that a multiprocessor has at once; 0 where none fits. */
function residents(plan: WarpgroupProductPlan, limits: BlockLimits): number {
  const { arithmetic, columns } = plan;
  const layout = warpgroupProductLayout(plan);
  const { items } = layout;
  const load = { arithmetic, sums: columns / 2, ahead: items * quadElements(arithmetic), pieces: items };
  return residentsOf(layout, load, limits);
}

/** All plans of a product that fit, but for the number of parts. */
function* warpgroupProductPlans(
  { columns: all }: ProductSize,
  arithmetic: TensorCoreArithmetic,
  limits: BlockLimits,
): Generator<WarpgroupProductPlan> {
  const own = roundUp(all, COLUMNS_STEP);
  const counts = new Set([64, 96, 128, 192, MOST_COLUMNS, own].filter((count) => count <= Math.min(own, MOST_COLUMNS)));
  for (const columns of counts) {
    for (const warpgroups of [1, 2, 4]) {
      for (const planes of [2, 4, 8]) {
        const plan = { arithmetic, warpgroups, columns, planes, parts: 1 };
        if (residents(plan, limits) > 0) yield plan;
      }
    }
  }
}

/** So many plans that should take the least time, the quickest first; without those most of whose products mean nothing. */
export function planWarpgroupProducts(
  size: ProductSize,
  arithmetic: TensorCoreArithmetic,
  limits: BlockLimits,
  count: number,
): WarpgroupProductPlan[] {
  const plans = [...warpgroupProductPlans(size, arithmetic, limits)].flatMap((plan) => {
    const { rows, inner } = warpgroupProductLayout(plan);
    const blocks = Math.ceil(size.rows / rows) * Math.ceil(size.columns / plan.columns) * size.members;
    const turns = Math.ceil(size.inner / inner);
    const products = blocks * rows * plan.columns * turns * inner;
    if (size.rows * size.columns * size.members * size.inner < LEAST_USE * products) return [];
    return partCounts(turns, blocks, limits, [0, 1, 2]).map((parts) => ({ ...plan, parts }));
  });
  return quickestOf(plans, (plan) => warpgroupProductClocks(plan, size, limits), count);
}

/** Clocks that a product is about to take. */
function warpgroupProductClocks(plan: WarpgroupProductPlan, size: ProductSize, limits: BlockLimits): number {
  const { arithmetic, warpgroups, columns, planes, parts } = plan;
  const { rows, inner } = warpgroupProductLayout(plan);
  const blocks = Math.ceil(size.rows / rows) * Math.ceil(size.columns / columns) * size.members * parts;
  const turns = Math.ceil(Math.ceil(size.inner / inner) / parts);
  const products = productClocks((planes * warpgroups) / 2, columns, arithmetic);
  const rounds = Math.ceil(blocks / limits.multiprocessors);
  const waits = Math.ceil(rounds / residents(plan, limits)) * (turns * TURN_CLOCKS + BLOCK_CLOCKS);
  const work = rounds * turns * sharedClocks(products, FLOAT_BYTES * inner * (rows + columns));
  const memory = memoryClocks(size, limits);
  const added =
    parts > 1
      ? PARTS_CLOCKS +
        sharedClocks(0, 2 * FLOAT_BYTES * parts * size.rows * size.columns * size.members) / limits.multiprocessors
      : 0;
  return Math.max(work, memory) + 0.2 * Math.min(work, memory) + waits + added;
}

/** Clocks until everything has come from memory once, and has gone there. */
function memoryClocks({ rows, columns, inner, members }: ProductSize, { multiprocessors }: BlockLimits): number {
  const elements = members * ((rows + columns) * inner + rows * columns);
  return (FLOAT_BYTES * elements) / (MEMORY_BYTES * multiprocessors);
}

/** How blocks share a product. */
export function warpgroupBlocks(
  plan: WarpgroupProductPlan,
  { a, b, slope, activation }: Pick<ProductKind, "a" | "b" | "slope" | "activation">,
): BlockShape {
  const { arithmetic, warpgroups, columns, planes, parts } = plan;
  const { rows, threads, bytes } = warpgroupProductLayout(plan);
  const defines = {
    ...productDefines(columns, arithmetic),
    WARPGROUPS: warpgroups,
    PLANES: planes,
    A_LANES: a.lanes,
    B_LANES: b.lanes,
    SLOPE: slope,
    ACTIVATION: activation,
  };
  return { rows, columns, parts, threads, sharedBytes: bytes, defines };
}

import type { Defines } from "../compiler/kernel-source.ts";
import type { TensorCoreArithmetic } from "../matrix/arithmetic.ts";
import type { BlockLimits } from "../matrix/block-limits.ts";
import { partCounts, quickestOf } from "../matrix/quickest.ts";
import type { Direct } from "./direct-geometry.ts";
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
} from "../matrix/warpgroup-costs.ts";

/** How the gradient of a weight is computed by warpgroups: see `kernels/warpgroup-weight-gradient.cu`. */
export interface WarpgroupGradientPlan {
  readonly arithmetic: TensorCoreArithmetic;
  /** Each has 64 output channels. */
  readonly warpgroups: number;
  /** Input channels of a block, with all of their taps. */
  readonly channels: number;
  /** Rows of dy at a time, an even number. */
  readonly rows: number;
  readonly parts: number;
}

/** Clocks of adding up parts: of the launch, and of every sum of each part. */
const PARTS_CLOCKS = 4000;
const CLOCKS_OF_PART = 8 / 12;

/** Sizes that follow from a plan. */
export function warpgroupGradientLayout(plan: WarpgroupGradientPlan, direct: Direct) {
  const { arithmetic, warpgroups, channels, rows } = plan;
  const { taps, strides, dilations, out, images, outputs, groups } = direct;
  const elements = quadElements(arithmetic);
  const quads = Math.ceil(out[1] / elements);
  const patchRows = (rows - 1) * strides[0] + taps[0];
  const threads = warpgroups * GROUP_THREADS;
  const height = warpgroups * TILE_ROWS;
  const columns = roundUp(taps[0] * taps[1] * channels, COLUMNS_STEP);
  const slots = rows * quads;
  const xQuads = quads * patchRows * taps[1] * channels;
  const dyQuads = slots * (height + 1);
  const stages = 2 * QUAD_BYTES * partsOf(arithmetic) * (xQuads + dyQuads);
  const columnBlocks = Math.ceil(direct.channels / channels);
  const rowBlocks = Math.ceil(outputs / height);
  return {
    quads,
    patchRows,
    threads,
    columns,
    columnBlocks,
    rowBlocks,
    blocks: columnBlocks * rowBlocks * groups,
    turnsOfImage: Math.ceil(out[0] / rows),
    turns: images * Math.ceil(out[0] / rows),
    window: (elements - 1) * strides[1] + (taps[1] - 1) * dilations[1] + 1,
    xItems: Math.ceil((quads * patchRows * channels) / threads),
    dyItems: Math.ceil((height * slots) / threads),
    bytes: Math.max(stages + 2 * 4 * height * (slots + 1), 4 * height * (columns + 1)),
  };
}

/** Blocks that a multiprocessor has at once; 0 where none fits. */
function residents(plan: WarpgroupGradientPlan, direct: Direct, limits: BlockLimits): number {
  const { arithmetic } = plan;
  const layout = warpgroupGradientLayout(plan, direct);
  const { columns, window, xItems, dyItems } = layout;
  const ahead = xItems * window + dyItems * quadElements(arithmetic);
  return residentsOf(layout, { arithmetic, sums: columns / 2, ahead, pieces: xItems + dyItems }, limits);
}

/** What of a plan its columns come from. */
export type WarpgroupGradientShape = Pick<WarpgroupGradientPlan, "warpgroups" | "channels">;

function* shapesOf({ channels, outputs, taps }: Direct): Generator<WarpgroupGradientShape> {
  const fewest = Math.max(1, Math.min(4, Math.ceil(outputs / TILE_ROWS)));
  for (const warpgroups of new Set([1, 2, fewest])) {
    for (const count of new Set([4, 8, 16, 32, 64, 128, 256, channels].map((one) => Math.min(one, channels)))) {
      if (taps[0] * taps[1] * count <= MOST_COLUMNS) yield { warpgroups, channels: count };
    }
  }
}

/**
 * All plans that fit, but for the number of parts; none where windows have gaps along the height.
 * @param shape that they should have; default: any.
 */
export function* warpgroupGradientPlans(
  direct: Direct,
  arithmetic: TensorCoreArithmetic,
  limits: BlockLimits,
  shape?: WarpgroupGradientShape,
): Generator<WarpgroupGradientPlan> {
  const { taps, dilations, out } = direct;
  if (dilations[0] !== 1 && taps[0] > 1) return;
  for (const one of shape === undefined ? shapesOf(direct) : [shape]) {
    if (roundUp(taps[0] * taps[1] * one.channels, COLUMNS_STEP) > MOST_COLUMNS) continue;
    for (let rows = 2; rows < out[0] + 2 && rows <= 16; rows += 2) {
      const plan = { ...one, arithmetic, rows, parts: 1 };
      if (residents(plan, direct, limits) > 0) yield plan;
    }
  }
}

/** Share of a plan's products that are terms of the gradient. */
function useOf(plan: WarpgroupGradientPlan, direct: Direct): number {
  const { columns, columnBlocks, rowBlocks, quads, turnsOfImage } = warpgroupGradientLayout(plan, direct);
  const { channels, outputs, taps, out } = direct;
  const ofColumns = (channels * taps[0] * taps[1]) / (columnBlocks * columns);
  const ofRows = outputs / (rowBlocks * plan.warpgroups * TILE_ROWS);
  const pixels = turnsOfImage * plan.rows * quads * quadElements(plan.arithmetic);
  return (ofColumns * ofRows * out[0] * out[1]) / pixels;
}

/** So many plans that should take the least time, the quickest first; without those most of whose products mean nothing. */
export function planWarpgroupGradients(
  direct: Direct,
  arithmetic: TensorCoreArithmetic,
  limits: BlockLimits,
  count: number,
): WarpgroupGradientPlan[] {
  const plans = [...warpgroupGradientPlans(direct, arithmetic, limits)].flatMap((plan) => {
    if (useOf(plan, direct) < LEAST_USE) return [];
    const { blocks, turns } = warpgroupGradientLayout(plan, direct);
    return partCounts(turns, blocks, limits, [0, 1, 2]).map((parts) => ({ ...plan, parts }));
  });
  return quickestOf(plans, (plan) => warpgroupGradientClocks(plan, direct, limits), count);
}

/** Clocks that the gradient of a weight is about to take. */
function warpgroupGradientClocks(plan: WarpgroupGradientPlan, direct: Direct, limits: BlockLimits): number {
  const { arithmetic, warpgroups, channels, rows, parts } = plan;
  const { quads, patchRows, columns, blocks, turns, window } = warpgroupGradientLayout(plan, direct);
  const products = productClocks((quads * rows * warpgroups) / 2, columns, arithmetic);
  const copied = quads * (patchRows * channels * window + rows * warpgroups * TILE_ROWS * quadElements(arithmetic));
  const rounds = Math.ceil((blocks * parts) / limits.multiprocessors);
  const turnsOfBlock = Math.ceil(turns / parts);
  const waits =
    Math.ceil(rounds / residents(plan, direct, limits)) * (turnsOfBlock * TURN_CLOCKS + BLOCK_CLOCKS) +
    (parts > 1 ? PARTS_CLOCKS : 0);
  const sums = direct.groups * direct.outputs * direct.channels * direct.taps[0] * direct.taps[1];
  const added = parts > 1 ? (CLOCKS_OF_PART * sums * parts) / limits.multiprocessors : 0;
  return rounds * turnsOfBlock * sharedClocks(products, 4 * copied) + waits + added;
}

/** What `warpgroup-weight-gradient.cu` is specialised for. */
export function warpgroupGradientDefines(plan: WarpgroupGradientPlan, direct: Direct): Defines {
  const { columns, xItems, dyItems } = warpgroupGradientLayout(plan, direct);
  return {
    ...productDefines(columns, plan.arithmetic),
    WARPGROUPS: plan.warpgroups,
    CHANNELS: plan.channels,
    TAPS: direct.taps[1],
    STRIDE: direct.strides[1],
    DILATION: direct.dilations[1],
    X_ITEMS: xItems,
    DY_ITEMS: dyItems,
    HAS_QUADS: direct.out[1] % 4 === 0 ? 1 : 0,
  };
}

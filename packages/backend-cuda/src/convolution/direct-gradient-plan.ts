import type { TensorCoreArithmetic } from "../matrix/arithmetic.ts";
import type { BlockLimits } from "../matrix/block-limits.ts";
import { partCounts, quickestOf } from "../matrix/quickest.ts";
import {
  BLOCK_CLOCKS,
  BYTES,
  CHUNK_CLOCKS,
  clocksOf,
  MOST_POSITIONS,
  patchOf,
  positionsOf,
  residents,
  shapes,
  spread,
  stepClocks,
  type DirectSizes,
  type WarpShape,
} from "./direct-costs.ts";

/** How the gradient of a weight is computed directly. */
export interface DirectGradientPlan {
  readonly shape: WarpShape;
  /** Rows of dy at a time. */
  readonly rows: number;
  /** Rows on their way at once, 1 time or 2. */
  readonly stages: number;
  readonly parts: number;
}

/** Shapes of gradients of weights. */
export const DIRECT_GRADIENT_SHAPES: readonly WarpShape[] = [
  ...shapes(1, 4, 1, [1]),
  ...shapes(1, 8, 1, [3, 7]),
  ...shapes(1, 8, 2, [3]),
  ...shapes(2, 4, 2, [7]),
  ...shapes(4, 2, 2, [7, 13]),
  ...shapes(2, 4, 4, [7]),
];

/** What a block of the gradient of a weight has in shared memory. */
export function gradientLayout(
  { shape, rows, stages }: Pick<DirectGradientPlan, "shape" | "rows" | "stages">,
  sizes: DirectSizes,
) {
  const taps = sizes.taps[0] * sizes.taps[1];
  const columns = shape.warpColumns * shape.columnTiles * 8;
  const channels = Math.min(sizes.channels, Math.ceil((columns - 1) / taps) + 1);
  const patch = patchOf(rows, sizes.out[1], sizes);
  const plane = spread(patch[0] * patch[1], 4);
  const pixels = rows * sizes.out[1];
  const steps = Math.ceil(pixels / 16);
  const line = spread(steps * 16, 4);
  const height = 16 * shape.warpRows * shape.rowTiles;
  const bytes = BYTES * (stages * (channels * plane + height * line) + steps * 16);
  return { channels, patch, plane, line, steps, bytes };
}

/** All ways to compute the gradient of a weight that fit, but for the number of parts. */
export function* directGradientPlans(
  sizes: DirectSizes,
  limits: BlockLimits,
  among: readonly WarpShape[] = DIRECT_GRADIENT_SHAPES,
): Generator<DirectGradientPlan> {
  const [height] = sizes.out;
  for (const shape of among) {
    for (let cuts = 1, last = 0; cuts <= height; cuts++) {
      const rows = Math.ceil(height / cuts);
      if (rows === last) continue;
      last = rows;
      for (const stages of [1, 2]) {
        const { patch, bytes } = gradientLayout({ shape, rows, stages }, sizes);
        if (positionsOf(patch[0] * patch[1], shape) > MOST_POSITIONS || bytes > limits.sharedBytes) continue;
        if (residents(shape, bytes, limits) > 0) yield { shape, rows, stages, parts: 1 };
      }
    }
  }
}

/** The plan of the gradient of a weight that should take the least time; `undefined` where none fits. */
export function planDirectGradient(
  sizes: DirectSizes,
  arithmetic: TensorCoreArithmetic,
  limits: BlockLimits,
): DirectGradientPlan | undefined {
  return planDirectGradients(sizes, arithmetic, limits, 1)[0];
}

/** So many plans of the gradient of a weight that should take the least time, the quickest first. */
export function planDirectGradients(
  sizes: DirectSizes,
  arithmetic: TensorCoreArithmetic,
  limits: BlockLimits,
  count: number,
): DirectGradientPlan[] {
  const plans = [...directGradientPlans(sizes, limits)].flatMap((plan) => inParts(plan, sizes, limits));
  return quickestOf(plans, (plan) => directGradientClocks(plan, sizes, arithmetic, limits), count);
}

/** Blocks that there are for one part. */
function gradientBlocks({ warpRows, warpColumns, rowTiles, columnTiles }: WarpShape, sizes: DirectSizes): number {
  const columns = sizes.channels * sizes.taps[0] * sizes.taps[1];
  const rowBlocks = Math.ceil(sizes.outputs / (16 * warpRows * rowTiles));
  return rowBlocks * Math.ceil(columns / (8 * warpColumns * columnTiles)) * sizes.groups;
}

/** A plan with the numbers of parts that fill the multiprocessors once, or a few times. */
function inParts(plan: DirectGradientPlan, sizes: DirectSizes, limits: BlockLimits): DirectGradientPlan[] {
  const turns = sizes.images * Math.ceil(sizes.out[0] / plan.rows);
  const blocks = gradientBlocks(plan.shape, sizes);
  return partCounts(turns, blocks, limits, [0, 1, 2, 4]).map((parts) => ({ ...plan, parts }));
}

/** Clocks that the gradient of a weight is about to take. */
function directGradientClocks(
  plan: DirectGradientPlan,
  sizes: DirectSizes,
  arithmetic: TensorCoreArithmetic,
  limits: BlockLimits,
): number {
  const { shape, rows, parts } = plan;
  const { channels, plane, line, steps, bytes } = gradientLayout(plan, sizes);
  const turns = sizes.images * Math.ceil(sizes.out[0] / rows);
  const copies = (channels * plane + 4 * shape.warpRows * shape.rowTiles * line) / 10;
  const inTurn = steps * stepClocks(shape, arithmetic, 4) + copies + CHUNK_CLOCKS / plan.stages;
  const each = Math.ceil(turns / parts) * inTurn + BLOCK_CLOCKS;
  const blocks = gradientBlocks(shape, sizes) * parts;
  const clocks = clocksOf(blocks, each, shape, residents(shape, bytes, limits), limits.multiprocessors);
  if (parts === 1) return clocks;
  const sums = sizes.groups * sizes.outputs * sizes.channels * sizes.taps[0] * sizes.taps[1];
  return clocks + 4000 + (8 * sums * parts) / (12 * limits.multiprocessors);
}

import type { TensorCoreArithmetic } from "../matrix/arithmetic.ts";
import type { BlockLimits } from "../matrix/block-limits.ts";
import { quickestOf } from "../matrix/quickest.ts";
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
  wordsOf,
  type DirectSizes,
  type WarpShape,
} from "./direct-costs.ts";

/** How a direct convolution is computed. */
export interface DirectPlan {
  readonly shape: WarpShape;
  /** Images, rows and columns of the result that a block has. */
  readonly tile: readonly [number, number, number];
  /** Channels that lie in shared memory at once. */
  readonly chunk: number;
}

/** Shapes of forward passes. */
export const DIRECT_SHAPES: readonly WarpShape[] = [
  ...shapes(1, 8, 1, [3, 5, 7, 9]),
  ...shapes(1, 8, 2, [3, 5]),
  ...shapes(2, 4, 2, [4, 7]),
  ...shapes(4, 2, 2, [7, 13]),
  ...shapes(2, 4, 4, [7]),
];

/** Elements from one channel of a patch to the next, in forward passes. */
export function planeOf(plan: Pick<DirectPlan, "tile">, sizes: DirectSizes, arithmetic: TensorCoreArithmetic): number {
  const [images, rows, columns] = plan.tile;
  const [height, width] = patchOf(rows, columns, sizes);
  return spread(images * height * width, 8 / wordsOf(arithmetic));
}

/** Steps of 16 places along the inner axis for each chunk. */
export function stepsOf(chunk: number, { taps }: DirectSizes): number {
  return Math.ceil((chunk * taps[0] * taps[1]) / 16);
}

/** Shared memory of a block of a forward pass. */
export function directBytes(plan: DirectPlan, sizes: DirectSizes, arithmetic: TensorCoreArithmetic): number {
  const { shape, chunk } = plan;
  const slots = shape.warpColumns * shape.columnTiles * 8;
  const elements = chunk + wordsOf(arithmetic) * (chunk + 1);
  return BYTES * (elements * planeOf(plan, sizes, arithmetic) + stepsOf(chunk, sizes) * 16 + slots);
}

function tilesOf(sizes: DirectSizes, slots: number): (readonly [number, number, number])[] {
  const { images, out } = sizes;
  const [height, width] = out;
  if (height * width * 2 <= slots) return [[Math.min(images, Math.floor(slots / (height * width))), height, width]];
  const result: (readonly [number, number, number])[] = [];
  for (let cuts = 1; cuts <= 8; cuts *= 2) {
    const columns = Math.ceil(width / cuts);
    const most = Math.min(height, Math.floor(slots / columns));
    if (most > 0) result.push([1, Math.ceil(height / Math.ceil(height / most)), columns]);
  }
  return result;
}

/** The plan of a forward pass that should take the least time; `undefined` where none fits. */
export function planDirect(
  sizes: DirectSizes,
  arithmetic: TensorCoreArithmetic,
  limits: BlockLimits,
): DirectPlan | undefined {
  return planDirects(sizes, arithmetic, limits, 1)[0];
}

/** So many plans of a forward pass that should take the least time, the quickest first. */
export function planDirects(
  sizes: DirectSizes,
  arithmetic: TensorCoreArithmetic,
  limits: BlockLimits,
  count: number,
): DirectPlan[] {
  const plans = directPlans(sizes, arithmetic, limits);
  return quickestOf(plans, (plan) => directClocks(plan, sizes, arithmetic, limits), count);
}

/** All plans of a forward pass that fit. */
export function* directPlans(
  sizes: DirectSizes,
  arithmetic: TensorCoreArithmetic,
  limits: BlockLimits,
  among: readonly WarpShape[] = DIRECT_SHAPES,
): Generator<DirectPlan> {
  const { channels } = sizes;
  const chunks = [...new Set([4, 8, 16, 32, 64, channels].filter((count) => count <= Math.min(channels, 64)))];
  for (const shape of among) {
    for (const tile of tilesOf(sizes, shape.warpColumns * shape.columnTiles * 8)) {
      const [height, width] = patchOf(tile[1], tile[2], sizes);
      if (positionsOf(tile[0] * height * width, shape) > MOST_POSITIONS) continue;
      for (const chunk of chunks) {
        const plan = { shape, tile, chunk };
        const bytes = directBytes(plan, sizes, arithmetic);
        if (bytes <= limits.sharedBytes && residents(shape, bytes, limits) > 0) yield plan;
      }
    }
  }
}

/** Clocks that a forward pass is about to take. */
function directClocks(
  plan: DirectPlan,
  sizes: DirectSizes,
  arithmetic: TensorCoreArithmetic,
  limits: BlockLimits,
): number {
  const { shape, tile, chunk } = plan;
  const { images, groups, channels, outputs, out } = sizes;
  const rowBlocks = Math.ceil(outputs / (16 * shape.warpRows * shape.rowTiles));
  const blocks =
    Math.ceil(images / tile[0]) * Math.ceil(out[0] / tile[1]) * Math.ceil(out[1] / tile[2]) * rowBlocks * groups;
  const chunks = Math.ceil(channels / chunk);
  const copies = (chunk * planeOf(plan, sizes, arithmetic)) / 10;
  const inChunk = stepsOf(chunk, sizes) * stepClocks(shape, arithmetic, chunk % 16 === 0 ? 1 : 4);
  const each = chunks * (inChunk + copies + CHUNK_CLOCKS) + BLOCK_CLOCKS;
  return clocksOf(
    blocks,
    each,
    shape,
    residents(shape, directBytes(plan, sizes, arithmetic), limits),
    limits.multiprocessors,
  );
}

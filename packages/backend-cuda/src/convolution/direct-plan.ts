import type { Arithmetic } from "../matrix/arithmetic.ts";

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

/** What blocks may use. */
export interface DirectLimits {
  readonly multiprocessors: number;
  readonly sharedBytes: number;
}

/** How a direct convolution is computed. */
export interface DirectPlan {
  readonly shape: WarpShape;
  /** Images, rows and columns of the result that a block has. */
  readonly tile: readonly [number, number, number];
  /** Channels that lie in shared memory at once. */
  readonly chunk: number;
  readonly stages: number;
}

/** How the gradient of a weight is computed directly. */
export interface DirectGradientPlan {
  readonly shape: WarpShape;
  /** Rows of dy at a time. */
  readonly rows: number;
  readonly stages: number;
  readonly parts: number;
}

const shapes = (warpRows: number, warpColumns: number, rowTiles: number, columnTiles: readonly number[]): WarpShape[] =>
  columnTiles.map((count) => ({ warpRows, warpColumns, rowTiles, columnTiles: count }));

/** Shapes of forward passes. */
export const DIRECT_SHAPES: readonly WarpShape[] = [
  ...shapes(1, 8, 1, [3, 5, 7, 9]),
  ...shapes(1, 8, 2, [3, 5]),
  ...shapes(2, 4, 2, [4, 7]),
  ...shapes(4, 2, 2, [7, 13]),
  ...shapes(2, 4, 4, [7]),
];

/** Shapes of gradients of weights. */
export const DIRECT_GRADIENT_SHAPES: readonly WarpShape[] = [
  ...shapes(1, 4, 1, [1]),
  ...shapes(1, 8, 1, [3, 7]),
  ...shapes(1, 8, 2, [3]),
  ...shapes(2, 4, 2, [7]),
  ...shapes(4, 2, 2, [13]),
  ...shapes(2, 4, 4, [7]),
];

/** Clocks of a multiprocessor that an instruction's 16 x 8 x 16 products take, all instructions of their arithmetic. */
const PRODUCT_CLOCKS: Readonly<Record<Exclude<Arithmetic, "fma">, number>> = { tf32: 3.1, tf32x3: 9.3, bf16: 1.6 };

/** Clocks that a step along the inner axis takes besides. */
const STEP_CLOCKS = 40;
/** Clocks from a patch's last copy to its first use, and those of a block's beginning and end. */
const CHUNK_CLOCKS = 600;
const BLOCK_CLOCKS = 2500;
const REGISTERS = 65_536;
/** Warps of a multiprocessor that hide how long memory takes. */
const ENOUGH_WARPS = 8;
const BYTES = 4;
const WARP = 32;

const MOST_POSITIONS = 8;

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

/** Floats from one channel of a patch to the next, in forward passes. */
export function planeOf(plan: Pick<DirectPlan, "tile">, sizes: DirectSizes): number {
  const [images, rows, columns] = plan.tile;
  const [height, width] = patchOf(rows, columns, sizes);
  return spread(images * height * width, 8);
}

/** Steps of 16 places along the inner axis for each chunk. */
export function stepsOf(chunk: number, { taps }: DirectSizes): number {
  return Math.ceil((chunk * taps[0] * taps[1]) / 16);
}

/** Elements of each plane that a thread copies, rounded up to what kernels are compiled for. */
export function positionsOf(elements: number, shape: WarpShape): number {
  const exact = Math.ceil(elements / threadsOf(shape));
  return exact <= 4 ? exact : Math.ceil(exact / 2) * 2;
}

/** Shared memory of a block of a forward pass. */
export function directBytes(plan: DirectPlan, sizes: DirectSizes): number {
  const { shape, chunk, stages } = plan;
  const slots = shape.warpColumns * shape.columnTiles * 8;
  return BYTES * (stages * (chunk + 1) * planeOf(plan, sizes) + stepsOf(chunk, sizes) * 16 + slots);
}

/** Blocks of a multiprocessor, as registers and shared memory allow. */
function residents(shape: WarpShape, bytes: number, { sharedBytes }: DirectLimits): number {
  const perThread = Math.min(255, 4 * shape.rowTiles * shape.columnTiles + 16 * shape.rowTiles + shape.columnTiles + 60);
  const byRegisters = Math.floor(REGISTERS / (perThread * threadsOf(shape)));
  return Math.min(byRegisters, Math.floor(sharedBytes / (bytes + 1024)), Math.floor(2048 / threadsOf(shape)));
}

/** Clocks that so many equal blocks take on all multiprocessors. */
function clocksOf(blocks: number, each: number, shape: WarpShape, atOnce: number, multiprocessors: number): number {
  const busy = Math.min(atOnce, Math.ceil(blocks / multiprocessors));
  const share = Math.min(1, (busy * threadsOf(shape)) / WARP / ENOUGH_WARPS);
  return (Math.ceil(blocks / multiprocessors) * each) / (0.4 + 0.6 * share);
}

/** Clocks of the products of one step, and of reading their factors. */
function stepClocks(shape: WarpShape, arithmetic: Exclude<Arithmetic, "fma">): number {
  const warps = shape.warpRows * shape.warpColumns;
  const products = warps * shape.rowTiles * shape.columnTiles * PRODUCT_CLOCKS[arithmetic];
  const reads = warps * (4 * shape.columnTiles + 8 * shape.rowTiles + 4);
  return Math.max(products, reads) + 0.3 * Math.min(products, reads) + STEP_CLOCKS;
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

/**
 * The plan of a forward pass that should take the least time; `undefined` where none fits.
 * @param of.shapes to choose from.
 */
export function planDirect(
  sizes: DirectSizes,
  arithmetic: Exclude<Arithmetic, "fma">,
  limits: DirectLimits,
  among: readonly WarpShape[] = DIRECT_SHAPES,
): DirectPlan | undefined {
  let best: { readonly plan: DirectPlan; readonly clocks: number } | undefined;
  for (const plan of directPlans(sizes, limits, among)) {
    const clocks = estimate(plan, sizes, arithmetic, limits);
    if (best === undefined || clocks < best.clocks) best = { plan, clocks };
  }
  return best?.plan;
}

/** All plans of a forward pass that fit. */
export function* directPlans(
  sizes: DirectSizes,
  limits: DirectLimits,
  among: readonly WarpShape[] = DIRECT_SHAPES,
): Generator<DirectPlan> {
  const { channels } = sizes;
  const chunks = [...new Set([4, 8, 16, 32, 64, channels].filter((count) => count <= Math.min(channels, 64)))];
  for (const shape of among) {
    for (const tile of tilesOf(sizes, shape.warpColumns * shape.columnTiles * 8)) {
      const [height, width] = patchOf(tile[1], tile[2], sizes);
      if (positionsOf(tile[0] * height * width, shape) > MOST_POSITIONS) continue;
      for (const chunk of chunks) {
        const plan = { shape, tile, chunk, stages: chunk < channels ? 2 : 1 };
        const bytes = directBytes(plan, sizes);
        if (bytes <= limits.sharedBytes && residents(shape, bytes, limits) > 0) yield plan;
      }
    }
  }
}

function estimate(
  plan: DirectPlan,
  sizes: DirectSizes,
  arithmetic: Exclude<Arithmetic, "fma">,
  limits: DirectLimits,
): number {
  const { shape, tile, chunk } = plan;
  const { images, groups, channels, outputs, out } = sizes;
  const rowBlocks = Math.ceil(outputs / (16 * shape.warpRows * shape.rowTiles));
  const blocks =
    Math.ceil(images / tile[0]) * Math.ceil(out[0] / tile[1]) * Math.ceil(out[1] / tile[2]) * rowBlocks * groups;
  const chunks = Math.ceil(channels / chunk);
  const copies = (chunk * planeOf(plan, sizes)) / 10;
  const inChunk = stepsOf(chunk, sizes) * stepClocks(shape, arithmetic);
  const each = chunks * (inChunk + copies + CHUNK_CLOCKS / plan.stages) + BLOCK_CLOCKS;
  return clocksOf(blocks, each, shape, residents(shape, directBytes(plan, sizes), limits), limits.multiprocessors);
}

/** What a block of the gradient of a weight has in shared memory. */
export function gradientLayout(plan: Pick<DirectGradientPlan, "shape" | "rows" | "stages">, sizes: DirectSizes) {
  const { shape, rows, stages } = plan;
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
  limits: DirectLimits,
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
  arithmetic: Exclude<Arithmetic, "fma">,
  limits: DirectLimits,
  among: readonly WarpShape[] = DIRECT_GRADIENT_SHAPES,
): DirectGradientPlan | undefined {
  let best: { readonly plan: DirectGradientPlan; readonly clocks: number } | undefined;
  for (const candidate of directGradientPlans(sizes, limits, among)) {
    for (const parts of partsOf(candidate, sizes, limits)) {
      const plan = { ...candidate, parts };
      const clocks = gradientEstimate(plan, sizes, arithmetic, limits);
      if (best === undefined || clocks < best.clocks) best = { plan, clocks };
    }
  }
  return best?.plan;
}

/** Blocks that there are for one part. */
function gradientBlocks({ warpRows, warpColumns, rowTiles, columnTiles }: WarpShape, sizes: DirectSizes): number {
  const columns = sizes.channels * sizes.taps[0] * sizes.taps[1];
  const rowBlocks = Math.ceil(sizes.outputs / (16 * warpRows * rowTiles));
  return rowBlocks * Math.ceil(columns / (8 * warpColumns * columnTiles)) * sizes.groups;
}

/** Numbers of parts that fill the multiprocessors once, or a few times. */
function partsOf({ shape, rows }: DirectGradientPlan, sizes: DirectSizes, { multiprocessors }: DirectLimits): number[] {
  const turns = sizes.images * Math.ceil(sizes.out[0] / rows);
  const blocks = gradientBlocks(shape, sizes);
  const wanted = [0, 1, 2, 4].map((times) => Math.max(1, Math.floor((times * multiprocessors) / blocks)));
  const exact = wanted.map((parts) => Math.ceil(turns / Math.ceil(turns / Math.min(parts, turns))));
  return [...new Set(exact)];
}

function gradientEstimate(
  plan: DirectGradientPlan,
  sizes: DirectSizes,
  arithmetic: Exclude<Arithmetic, "fma">,
  limits: DirectLimits,
): number {
  const { shape, rows, parts } = plan;
  const { channels, plane, line, steps, bytes } = gradientLayout(plan, sizes);
  const turns = sizes.images * Math.ceil(sizes.out[0] / rows);
  const copies = (channels * plane + 4 * shape.warpRows * shape.rowTiles * line) / 10;
  const inTurn = steps * stepClocks(shape, arithmetic) + copies + CHUNK_CLOCKS / plan.stages;
  const each = Math.ceil(turns / parts) * inTurn + BLOCK_CLOCKS;
  const blocks = gradientBlocks(shape, sizes) * parts;
  const clocks = clocksOf(blocks, each, shape, residents(shape, bytes, limits), limits.multiprocessors);
  if (parts === 1) return clocks;
  const sums = sizes.groups * sizes.outputs * sizes.channels * sizes.taps[0] * sizes.taps[1];
  return clocks + 4000 + (8 * sums * parts) / (12 * limits.multiprocessors);
}

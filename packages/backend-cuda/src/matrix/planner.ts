import type { CudaBackend } from "../cuda-backend.ts";
import { arithmeticOf, isLarge, type Arithmetic, type ProductSize } from "./arithmetic.ts";
import { limitsOf } from "./block-limits.ts";
import { perBackend, remembered } from "./remembered.ts";
import { planManyTiles, planTiles, type TilePlan } from "./tile.ts";
import { TRIED, type Trial } from "../tuning.ts";
import { hasWarpgroups } from "./warpgroup-costs.ts";
import { planWarpgroupProducts, type WarpgroupProductPlan } from "./warpgroup-product.ts";

/** How one product is computed. */
export interface ProductPlan extends TilePlan {
  readonly arithmetic: Arithmetic;
}

/** Decides how products are computed. */
export type Planner = (size: ProductSize) => ProductPlan;

/** Decides which products of matrices warpgroups compute, and how. */
export type GroupPlanner = (size: ProductSize) => WarpgroupProductPlan | undefined;

const planners = new WeakMap<CudaBackend, Planner>();
const groupPlanners = new WeakMap<CudaBackend, GroupPlanner>();

/** Lets another planner decide for a backend, or with `undefined` the usual one: for tests and measurements of plans. */
export function setPlanner(backend: CudaBackend, planner: Planner | undefined): void {
  if (planner === undefined) planners.delete(backend);
  else planners.set(backend, planner);
}

/** The same for warpgroups. */
export function setGroupPlanner(backend: CudaBackend, planner: GroupPlanner | undefined): void {
  if (planner === undefined) groupPlanners.delete(backend);
  else groupPlanners.set(backend, planner);
}

/** Whether another planner than the usual one decides. */
export function hasOwnPlanner(backend: CudaBackend): boolean {
  return planners.has(backend);
}

/** The arithmetic, tile and parts of a product on a backend's card. */
export function planProduct(backend: CudaBackend, size: ProductSize): ProductPlan {
  return (planners.get(backend) ?? usualPlanner(backend))(size);
}

/** Plans for what should take the least time. */
const usualPlanner = perBackend(({ device, precision }) =>
  remembered(keyOf, (size: ProductSize): ProductPlan => {
    const arithmetic = arithmeticOf(precision, device, size);
    return { arithmetic, ...planTiles(size, arithmetic, device.multiprocessors) };
  }),
);

/** What a plan depends on. */
function keyOf({ rows, columns, inner, members }: ProductSize): string {
  return `${rows} ${columns} ${inner} ${members}`;
}

/**
 * How a product of matrices is computed.
 * @param name of the product and of how its factors lie.
 * @param trial the product that waits.
 */
export function planMatrixProduct(
  backend: CudaBackend,
  size: ProductSize,
  name: string,
  trial: Trial<ProductPlan | WarpgroupProductPlan>,
): ProductPlan | WarpgroupProductPlan {
  const first = groupPlanners.get(backend)?.(size) ?? planProduct(backend, size);
  const { tuning, device, precision } = backend;
  if (tuning === undefined || planners.has(backend) || !isLarge(size)) return first;
  const { rows, columns, inner, members } = size;
  return tuning.choose(`${name} ${members}x${rows}x${inner} by ${inner}x${columns}`, trial, first, () => {
    const arithmetic = arithmeticOf(precision, device, size);
    const tiles = planManyTiles(size, arithmetic, device.multiprocessors, TRIED);
    const hasGroups = arithmetic !== "fma" && hasWarpgroups(device);
    return [
      ...tiles.map((plan) => ({ arithmetic, ...plan })),
      ...(hasGroups ? planWarpgroupProducts(size, arithmetic, limitsOf(device), TRIED) : []),
    ];
  });
}

import type { CudaBackend } from "../cuda-backend.ts";
import { arithmeticOf, isLarge, type Arithmetic, type ProductSize } from "./arithmetic.ts";
import { limitsOf } from "./block-limits.ts";
import { remembered } from "./remembered.ts";
import { planTiles, type TilePlan } from "./tile.ts";
import { usesWarpgroups } from "./warpgroup-costs.ts";
import { planWarpgroupProduct, type WarpgroupProductPlan } from "./warpgroup-product.ts";

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
const usualGroupPlanners = new WeakMap<CudaBackend, GroupPlanner>();

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
  const planner = planners.get(backend);
  if (planner !== undefined) return planner(size);
  const { device, precision } = backend;
  const arithmetic = arithmeticOf(precision, device, size);
  return { arithmetic, ...planTiles(size, arithmetic, device.multiprocessors) };
}

/** How warpgroups compute a product of matrices; `undefined` where they do not. */
export function planByGroups(backend: CudaBackend, size: ProductSize): WarpgroupProductPlan | undefined {
  const planner = groupPlanners.get(backend);
  if (planner !== undefined) return planner(size);
  if (planners.has(backend) || !usesWarpgroups(backend.device)) return undefined;
  let usual = usualGroupPlanners.get(backend);
  if (usual === undefined) usualGroupPlanners.set(backend, (usual = usualGroupPlanner(backend)));
  return usual(size);
}

/** Plans for warpgroups what is worth their beginning; of tiles no estimate comes near what a card takes for long rows. */
function usualGroupPlanner({ device, precision }: CudaBackend): GroupPlanner {
  const limits = limitsOf(device);
  const keyOf = ({ rows, columns, inner, members }: ProductSize): string => [rows, columns, inner, members].join();
  return remembered(keyOf, (size: ProductSize) => {
    const arithmetic = arithmeticOf(precision, device, size);
    return arithmetic !== "fma" && isLarge(size) ? planWarpgroupProduct(size, arithmetic, limits) : undefined;
  });
}

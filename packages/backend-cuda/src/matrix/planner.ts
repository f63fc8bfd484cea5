import type { CudaBackend } from "../cuda-backend.ts";
import { arithmeticOf, type Arithmetic, type ProductSize } from "./arithmetic.ts";
import { planTiles, type TilePlan } from "./tile.ts";

/** How one product is computed. */
export interface ProductPlan extends TilePlan {
  readonly arithmetic: Arithmetic;
}

/** Decides how products are computed. */
export type Planner = (size: ProductSize) => ProductPlan;

const planners = new WeakMap<CudaBackend, Planner>();

/** Lets another planner decide for a backend, or with `undefined` the usual one: for tests and measurements of plans. */
export function setPlanner(backend: CudaBackend, planner: Planner | undefined): void {
  if (planner === undefined) planners.delete(backend);
  else planners.set(backend, planner);
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

import type { CudaBackend } from "../cuda-backend.ts";
import type { DeviceDescription } from "../driver/driver.ts";
import { tensorCoreArithmetic, type TensorCoreArithmetic } from "../matrix/arithmetic.ts";
import { limitsOf } from "../matrix/block-limits.ts";
import { hasOwnPlanner } from "../matrix/planner.ts";
import type { Direct } from "./direct-geometry.ts";
import { directGradientClocks, planDirectGradient, type DirectGradientPlan } from "./direct-gradient-plan.ts";
import { directClocks, planDirect, type DirectPlan } from "./direct-plan.ts";
import {
  planWarpgroupGradient,
  warpgroupGradientClocks,
  type WarpgroupGradientPlan,
} from "./warpgroup-gradient-plan.ts";
import { planWarpgroups, warpgroupClocks, type WarpgroupPlan } from "./warpgroup-plan.ts";
import { remembered } from "../matrix/remembered.ts";
import { usesWarpgroups } from "../matrix/warpgroup-costs.ts";

interface WithArithmetic {
  readonly arithmetic: TensorCoreArithmetic;
}

/** Decides how direct convolutions are computed; `undefined` where they should be computed otherwise. */
export interface DirectPlanner {
  forward(direct: Direct): (DirectPlan & WithArithmetic) | WarpgroupPlan | undefined;
  weightGradient(direct: Direct): (DirectGradientPlan & WithArithmetic) | WarpgroupGradientPlan | undefined;
}

const chosen = new WeakMap<CudaBackend, DirectPlanner>();
const usual = new WeakMap<CudaBackend, DirectPlanner>();

/** Lets another planner decide for a backend, or with `undefined` the usual one: for tests and measurements of plans. */
export function setDirectPlanner(backend: CudaBackend, planner: DirectPlanner | undefined): void {
  if (planner === undefined) chosen.delete(backend);
  else chosen.set(backend, planner);
}

/** Who plans the direct convolutions of a backend; `undefined` where there are none. */
export function directPlannerOf(backend: CudaBackend): DirectPlanner | undefined {
  const planner = chosen.get(backend);
  if (planner !== undefined) return planner;
  // Whoever plans products wants them computed as such.
  if (hasOwnPlanner(backend)) return undefined;
  const earlier = usual.get(backend);
  if (earlier !== undefined) return earlier;
  const arithmetic = tensorCoreArithmetic(backend.precision, backend.device);
  if (arithmetic === undefined) return undefined;
  const created = usualPlanner(backend.device, arithmetic);
  usual.set(backend, created);
  return created;
}

/** Plans for what should take the least time. */
function usualPlanner(device: DeviceDescription, arithmetic: TensorCoreArithmetic): DirectPlanner {
  const limits = limitsOf(device);
  const hasGroups = usesWarpgroups(device);
  return {
    forward: remembered(keyOf, (direct: Direct) => {
      const plan = planDirect(direct, arithmetic, limits);
      const byGroups = hasGroups ? planWarpgroups(direct, arithmetic, limits) : undefined;
      if (plan === undefined) return byGroups;
      const clocks = directClocks(plan, direct, arithmetic, limits);
      if (byGroups !== undefined && warpgroupClocks(byGroups, direct, limits) < clocks) return byGroups;
      return { ...plan, arithmetic };
    }),
    weightGradient: remembered(keyOf, (direct: Direct) => {
      const plan = planDirectGradient(direct, arithmetic, limits);
      const byGroups = hasGroups ? planWarpgroupGradient(direct, arithmetic, limits) : undefined;
      if (plan === undefined) return byGroups;
      const clocks = directGradientClocks(plan, direct, arithmetic, limits);
      if (byGroups !== undefined && warpgroupGradientClocks(byGroups, direct, limits) < clocks) return byGroups;
      return { ...plan, arithmetic };
    }),
  };
}

/** What a plan depends on. */
function keyOf({ images, groups, channels, outputs, in: of, out, taps, strides, pads, dilations }: Direct): string {
  return [images, groups, channels, outputs, of, out, taps, strides, pads, dilations].join();
}

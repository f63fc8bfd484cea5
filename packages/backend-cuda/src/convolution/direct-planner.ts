import type { CudaBackend } from "../cuda-backend.ts";
import type { DeviceDescription } from "../driver/driver.ts";
import { tensorCoreArithmetic, type TensorCoreArithmetic } from "../matrix/arithmetic.ts";
import { limitsOf } from "../matrix/block-limits.ts";
import { hasOwnPlanner } from "../matrix/planner.ts";
import { perBackend, remembered } from "../matrix/remembered.ts";
import type { Trial } from "../tuning.ts";
import type { Direct } from "./direct-geometry.ts";
import { planDirectGradient, type DirectGradientPlan } from "./direct-gradient-plan.ts";
import { planDirect, type DirectPlan } from "./direct-plan.ts";
import { tunedPlanner } from "./tuned-planner.ts";
import type { WarpgroupGradientPlan } from "./warpgroup-gradient-plan.ts";
import type { WarpgroupPlan } from "./warpgroup-plan.ts";

interface WithArithmetic {
  readonly arithmetic: TensorCoreArithmetic;
}

/** How a convolution is computed: by warps from patches, or by warpgroups. */
export type ConvolutionPlan = (DirectPlan & WithArithmetic) | WarpgroupPlan;

/** How the gradient of a weight is. */
export type GradientPlan = (DirectGradientPlan & WithArithmetic) | WarpgroupGradientPlan;

/**
 * Decides how direct convolutions are computed; `undefined` where they should be computed as products of tiles. The trial is
 * the convolution that waits.
 */
export interface DirectPlanner {
  forward(direct: Direct, trial: Trial<ConvolutionPlan | undefined>): ConvolutionPlan | undefined;
  weightGradient(direct: Direct, trial: Trial<GradientPlan | undefined>): GradientPlan | undefined;
}

const chosen = new WeakMap<CudaBackend, DirectPlanner>();

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
  return usualPlanner(backend);
}

const usualPlanner = perBackend(({ device, precision, tuning }): DirectPlanner | undefined => {
  const arithmetic = tensorCoreArithmetic(precision, device);
  if (arithmetic === undefined) return undefined;
  const estimating = estimatingPlanner(device, arithmetic);
  return tuning === undefined ? estimating : tunedPlanner(device, arithmetic, tuning, estimating);
});

/** Plans for what should take the least time. */
function estimatingPlanner(device: DeviceDescription, arithmetic: TensorCoreArithmetic): DirectPlanner {
  const limits = limitsOf(device);
  return {
    forward: remembered(keyOf, (direct: Direct) => {
      const plan = planDirect(direct, arithmetic, limits);
      return plan && { ...plan, arithmetic };
    }),
    weightGradient: remembered(keyOf, (direct: Direct) => {
      const plan = planDirectGradient(direct, arithmetic, limits);
      return plan && { ...plan, arithmetic };
    }),
  };
}

/** What a plan depends on. */
function keyOf({ images, groups, channels, outputs, in: of, out, taps, strides, pads, dilations }: Direct): string {
  const sizes = `${images} ${groups} ${channels} ${outputs} ${of[0]} ${of[1]} ${out[0]} ${out[1]} ${taps[0]} ${taps[1]}`;
  return `${sizes} ${strides[0]} ${strides[1]} ${pads[0]} ${pads[1]} ${dilations[0]} ${dilations[1]}`;
}

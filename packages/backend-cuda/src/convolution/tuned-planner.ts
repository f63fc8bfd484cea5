import type { DeviceDescription } from "../driver/driver.ts";
import type { TensorCoreArithmetic } from "../matrix/arithmetic.ts";
import { limitsOf } from "../matrix/block-limits.ts";
import { hasWarpgroups } from "../matrix/warpgroup-costs.ts";
import { TRIED, type Tuning } from "../tuning.ts";
import type { Direct } from "./direct-geometry.ts";
import { planDirectGradients } from "./direct-gradient-plan.ts";
import { planDirects } from "./direct-plan.ts";
import type { ConvolutionPlan, DirectPlanner, GradientPlan } from "./direct-planner.ts";
import { planWarpgroupGradients } from "./warpgroup-gradient-plan.ts";
import { planWarpgroups } from "./warpgroup-plan.ts";

/**
 * Plans for what took the least time when it was tried. What warpgroups compute is among it: here their results are compared
 * with others' before they count.
 * @param estimating decides where nothing can be tried, and says what is tried first.
 */
export function tunedPlanner(
  device: DeviceDescription,
  arithmetic: TensorCoreArithmetic,
  tuning: Tuning,
  estimating: DirectPlanner,
): DirectPlanner {
  const limits = limitsOf(device);
  const hasGroups = hasWarpgroups(device);
  return {
    forward(direct, trial) {
      const first = estimating.forward(direct, trial);
      return tuning.choose(nameOf("convolution", direct), trial, first, (): (ConvolutionPlan | undefined)[] => [
        ...planDirects(direct, arithmetic, limits, TRIED).map((plan) => ({ ...plan, arithmetic })),
        ...(hasGroups ? planWarpgroups(direct, arithmetic, limits, TRIED) : []),
        undefined,
      ]);
    },
    weightGradient(direct, trial) {
      const first = estimating.weightGradient(direct, trial);
      return tuning.choose(nameOf("weight gradient", direct), trial, first, (): (GradientPlan | undefined)[] => [
        ...planDirectGradients(direct, arithmetic, limits, TRIED).map((plan) => ({ ...plan, arithmetic })),
        ...(hasGroups ? planWarpgroupGradients(direct, arithmetic, limits, TRIED) : []),
        undefined,
      ]);
    },
  };
}

/** All that decides how long it takes, for people: `convolution 128x6x28x28 to 16x24x24, 5x5`. */
function nameOf(what: string, direct: Direct): string {
  const { images, groups, channels, outputs, in: of, out, taps, strides, pads, dilations } = direct;
  const sizes = (...numbers: readonly number[]): string => numbers.join("x");
  const parts = [
    `${what} ${sizes(images, channels * groups, ...of)} to ${sizes(outputs * groups, ...out)}`,
    sizes(...taps),
  ];
  if (groups > 1) parts.push(`${groups} groups`);
  if (strides.some((stride) => stride > 1)) parts.push(`strides ${sizes(...strides)}`);
  if (pads.some((pad) => pad !== 0)) parts.push(`pads ${sizes(...pads)}`);
  if (dilations.some((dilation) => dilation > 1)) parts.push(`dilations ${sizes(...dilations)}`);
  return parts.join(", ");
}

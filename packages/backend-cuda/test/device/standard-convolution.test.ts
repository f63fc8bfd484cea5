import { checkConvolution, noErrors, randomConvolution, RandomCase } from "@camada/test-kit";
import { describe, it } from "vitest";
import { CASES } from "./run-kernel.ts";
import { asStandard, standardConvolution } from "./channels-last.ts";
import { PARTS, PLAN_CASES, withPlan } from "./product-plans.ts";
import { expectWithinBounds } from "./within-bounds.ts";

/** Without groups, which tfjs's kernels have none of; not for every channel one either. */
function withoutGroups(random: RandomCase): ReturnType<typeof asStandard> {
  for (;;) {
    const test = asStandard(randomConvolution(random), random);
    if (test.attrs.groups === 1) return test;
  }
}

describe.each(PLAN_CASES)("tfjs's convolution in $name", (plan) => {
  it(`agrees with float64 over ${CASES} random configurations, channels last`, async ({ annotate }) => {
    const errors = noErrors();
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase(`standard convolution ${plan.name}`, index);
      const test = withoutGroups(random);
      withPlan(plan, random.oneOf(PARTS), () => {
        checkConvolution(standardConvolution(test, "NHWC"), test, random, errors, plan.sums);
      });
    }
    await expectWithinBounds(plan.name, errors, annotate);
  });
});

describe("tfjs's convolution as the backend plans it", () => {
  it(`agrees with float64 over ${CASES} random configurations, channels first`, async ({ annotate }) => {
    const errors = noErrors();
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase("standard convolution, channels first", index);
      let test = withoutGroups(random);
      while (test.attrs.strides.length > 2) test = withoutGroups(random);
      checkConvolution(standardConvolution(test, "NCHW"), test, random, errors);
    }
    await expectWithinBounds("channels first", errors, annotate);
  });

  it(`agrees with float64 over ${CASES} random depthwise configurations`, async ({ annotate }) => {
    const errors = noErrors();
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase("standard depthwise convolution", index);
      let test = asStandard(randomConvolution(random, true), random);
      while (test.attrs.strides.length > 2 || test.attrs.groups === 1) {
        test = asStandard(randomConvolution(random, true), random);
      }
      checkConvolution(standardConvolution(test, "NHWC"), test, random, errors);
    }
    await expectWithinBounds("depthwise", errors, annotate);
  });
});

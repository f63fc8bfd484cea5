import { CONVOLUTION, CONVOLUTION_INPUT_GRADIENT, CONVOLUTION_WEIGHT_GRADIENT } from "@camada/tensor";
import { checkConvolution, noErrors, randomConvolution, RandomCase, type ConvolutionKernels } from "@camada/test-kit";
import { describe, expect, it } from "vitest";
import type { TensorCoreArithmetic } from "../../src/matrix/arithmetic.ts";
import {
  DIRECT_GRADIENT_SHAPES,
  directGradientPlans,
  planDirectGradient,
} from "../../src/convolution/direct-gradient-plan.ts";
import { DIRECT_SHAPES, directPlans, planDirect } from "../../src/convolution/direct-plan.ts";
import type { DirectPlanner } from "../../src/convolution/direct-planner.ts";
import { SUMS, withDirectPlanner } from "./product-plans.ts";
import { CASES, cudaBackend, isSimulated, runKernel } from "./run-kernel.ts";
import { expectWithinBounds } from "./within-bounds.ts";

const kernels: ConvolutionKernels = {
  forward: CONVOLUTION,
  inputGradient: CONVOLUTION_INPUT_GRADIENT,
  weightGradient: CONVOLUTION_WEIGHT_GRADIENT,
  run: runKernel,
};

const { multiprocessors, sharedMemoryPerBlockBytes: sharedBytes } = cudaBackend().device;
const LIMITS = { multiprocessors, sharedBytes };
const ARITHMETICS: readonly TensorCoreArithmetic[] = ["tf32x3", "tf32", "bf16"];

/** Every arithmetic on every shape of warps; on a simulated device a few of them. */
const PLANS = ARITHMETICS.flatMap((arithmetic, turn) =>
  Array.from({ length: Math.max(DIRECT_SHAPES.length, DIRECT_GRADIENT_SHAPES.length) }, (_, index) => ({
    arithmetic,
    forward: DIRECT_SHAPES[index % DIRECT_SHAPES.length]!,
    gradient: DIRECT_GRADIENT_SHAPES[index % DIRECT_GRADIENT_SHAPES.length]!,
    index,
    turn,
  })).filter(({ index: at }) => !isSimulated || at % 6 === turn * 2),
);

/** Convolutions as the lesson, ResNet and MobileNet have them, small enough for the reference. */
const NETS = [
  { x: [3, 1, 32, 32], weight: [6, 1, 5, 5], stride: 1, pad: 0 },
  { x: [2, 6, 28, 28], weight: [16, 6, 5, 5], stride: 1, pad: 0 },
  { x: [1, 16, 24, 24], weight: [40, 16, 5, 5], stride: 1, pad: 0 },
  { x: [2, 32, 14, 14], weight: [48, 32, 3, 3], stride: 1, pad: 1 },
  { x: [1, 3, 56, 56], weight: [20, 3, 7, 7], stride: 2, pad: 3 },
  { x: [9, 40, 7, 7], weight: [33, 40, 1, 1], stride: 1, pad: 0 },
] as const;

describe.each(PLANS)("direct convolution in $arithmetic, shape $index", ({ arithmetic, forward, gradient, index }) => {
  it(`agrees with float64 over ${CASES} random configurations`, async ({ annotate }) => {
    const errors = noErrors();
    let planned = 0;
    for (let at = 0; at < CASES; at++) {
      const random = new RandomCase(`direct ${arithmetic} ${index}`, at);
      const { attrs, ...test } = randomConvolution(random);
      const chosen = <Plan>(plans: Iterable<Plan>) => {
        const all = [...plans];
        if (all.length === 0) return undefined;
        planned++;
        return { ...random.oneOf(all), arithmetic };
      };
      const planner: DirectPlanner = {
        forward: (sizes) => chosen(directPlans(sizes, arithmetic, LIMITS, [forward])),
        weightGradient: (sizes) => {
          const plan = chosen(directGradientPlans(sizes, LIMITS, [gradient]));
          return plan && { ...plan, parts: random.oneOf([1, 1, 2, 5]) };
        },
      };
      const activation = random.oneOf(["linear", "tanh"] as const);
      const isDepthwise = attrs.groups > 1 && test.weight[1] === 1;
      const sums = isDepthwise ? {} : SUMS[arithmetic];
      withDirectPlanner(arithmetic, planner, () =>
        checkConvolution(kernels, { ...test, attrs: { ...attrs, activation } }, random, errors, sums),
      );
    }
    expect(planned).toBeGreaterThan(CASES);
    await expectWithinBounds(`${arithmetic} ${index}`, errors, annotate);
  });
});

describe.each(ARITHMETICS)("direct convolution in %s, as it is planned", (arithmetic) => {
  it("agrees with float64 in layers of nets", { timeout: 300_000 }, async ({ annotate }) => {
    const errors = noErrors();
    let planned = 0;
    const counted = <Plan>(plan: Plan | undefined) => {
      if (plan === undefined) return undefined;
      planned++;
      return { ...plan, arithmetic };
    };
    const planner: DirectPlanner = {
      forward: (sizes) => counted(planDirect(sizes, arithmetic, LIMITS)),
      weightGradient: (sizes) => counted(planDirectGradient(sizes, arithmetic, LIMITS)),
    };
    for (const [at, { x, weight, stride, pad }] of NETS.entries()) {
      const [n, , height] = x;
      const size = Math.floor((height + 2 * pad - weight[2]) / stride) + 1;
      const attrs = {
        strides: [stride, stride],
        padBegin: [pad, pad],
        padEnd: [pad, pad],
        dilations: [1, 1],
        groups: 1,
        activation: "tanh" as const,
      };
      const test = { x, weight, y: [n, weight[0], size, size], attrs, withBias: true };
      withDirectPlanner(arithmetic, planner, () =>
        checkConvolution(kernels, test, new RandomCase("layers of nets", at), errors, SUMS[arithmetic]),
      );
    }
    expect(planned).toBe(3 * NETS.length - 1);
    await expectWithinBounds(arithmetic, errors, annotate);
  });
});

import { CONVOLUTION, CONVOLUTION_INPUT_GRADIENT, CONVOLUTION_WEIGHT_GRADIENT } from "@camada/tensor";
import {
  checkConvolution,
  noErrors,
  randomConvolution,
  RandomCase,
  type ConvolutionCase,
  type ConvolutionKernels,
} from "@camada/test-kit";
import { describe, expect, it } from "vitest";
import type { TensorCoreArithmetic } from "../../src/matrix/arithmetic.ts";
import type { Direct } from "../../src/convolution/direct-geometry.ts";
import type { DirectPlanner } from "../../src/convolution/direct-planner.ts";
import {
  planWarpgroups,
  warpgroupLayout,
  warpgroupPlans,
  type WarpgroupPlan,
} from "../../src/convolution/warpgroup-plan.ts";
import {
  planWarpgroupGradients,
  warpgroupGradientLayout,
  warpgroupGradientPlans,
  type WarpgroupGradientPlan,
} from "../../src/convolution/warpgroup-gradient-plan.ts";
import { hasWarpgroups, SUMS, withDirectPlanner } from "./product-plans.ts";
import { CASES, cudaBackend, isSimulated, runKernel } from "./run-kernel.ts";
import { expectWithinBounds } from "./within-bounds.ts";

const kernels: ConvolutionKernels = {
  forward: CONVOLUTION,
  inputGradient: CONVOLUTION_INPUT_GRADIENT,
  weightGradient: CONVOLUTION_WEIGHT_GRADIENT,
  run: runKernel,
};

const { device } = cudaBackend();
const LIMITS = { multiprocessors: device.multiprocessors, sharedBytes: device.sharedMemoryPerBlockBytes };
const ARITHMETICS = ["tf32x3", "tf32", "bf16"] as const;

/** What kernels are compiled for, small enough a choice for many convolutions. */
const SHAPES = [
  { isFolded: false, columns: 24, warpgroups: 2, rowTiles: 1, planes: 2 },
  { isFolded: false, columns: 64, warpgroups: 3, rowTiles: 1, planes: 4 },
  { isFolded: true, columns: 40, warpgroups: 2, rowTiles: 2, planes: 2 },
  { isFolded: true, columns: 104, warpgroups: 2, rowTiles: 1, planes: 4 },
] as const;

const PLANS = ARITHMETICS.flatMap((arithmetic, turn) =>
  SHAPES.map((shape, index) => ({ arithmetic, shape, index })).filter(
    ({ index }) => !isSimulated || turn === 0 || index % 2 === turn - 1,
  ),
);

/** Convolutions as the lesson, ResNet and MobileNet have them, small enough for the reference. */
const NETS = [
  { x: [2, 6, 28, 28], weight: [24, 6, 5, 5], pad: 0 },
  { x: [1, 16, 24, 24], weight: [120, 16, 5, 5], pad: 0 },
  { x: [3, 32, 14, 14], weight: [48, 32, 3, 3], pad: 1 },
  { x: [9, 40, 7, 7], weight: [264, 40, 1, 1], pad: 0 },
] as const;

/**
 * Roundings of a plan: every instruction cuts off up to two units `u = 2^-24` for each of its products and for the sum they
 * are added to. Split factors have sums of their own for every turn, which are added in float32, and leave 12 u in each
 * product. The taps of folded sums are added in float32.
 */
function roundingsOf(plan: WarpgroupPlan, direct: Direct): number {
  const { chunks, allUnits } = warpgroupLayout(plan, direct);
  const turns = (chunks * allUnits) / plan.units;
  const folds = plan.isFolded ? direct.taps[1] : 0;
  const steps = (plan.units * plan.planes) / 2;
  if (plan.arithmetic === "tf32x3") return 12 + steps * 3 * 9 * 2 + turns + folds;
  return turns * steps * (plan.arithmetic === "bf16" ? 17 : 9) * 2 + folds;
}

/** Roundings of a plan of a weight's gradient, which is added up in parts. */
function gradientRoundingsOf(plan: WarpgroupGradientPlan, direct: Direct): number {
  const { quads, turns } = warpgroupGradientLayout(plan, direct);
  const ofPart = Math.ceil(turns / plan.parts);
  const steps = (quads * plan.rows) / 2;
  if (plan.arithmetic === "tf32x3") return 12 + steps * 3 * 9 * 2 + ofPart + plan.parts;
  return ofPart * steps * (plan.arithmetic === "bf16" ? 17 : 9) * 2 + plan.parts;
}

interface Choice {
  convolution?(direct: Direct): WarpgroupPlan | undefined;
  gradient?(direct: Direct): WarpgroupGradientPlan | undefined;
}

/** Checks convolutions by warpgroups as `choice` plans them; what it does not plan is a product in the same arithmetic. */
function withGroups(
  arithmetic: TensorCoreArithmetic,
  choice: Choice,
  check: (sums: (typeof SUMS)[TensorCoreArithmetic]) => void,
): void {
  const usual = SUMS[arithmetic];
  let roundings = 0;
  const planner: DirectPlanner = {
    forward(direct) {
      const plan = choice.convolution?.(direct);
      roundings = plan === undefined ? 0 : roundingsOf(plan, direct);
      return plan;
    },
    weightGradient(direct) {
      const plan = choice.gradient?.(direct);
      roundings = plan === undefined ? 0 : gradientRoundingsOf(plan, direct);
      return plan;
    },
  };
  withDirectPlanner(arithmetic, planner, () =>
    check({ ...usual, roundings: (terms) => Math.max(usual.roundings!(terms), roundings) }),
  );
}

/** A convolution that warpgroups can compute. */
function randomThat(isPossible: (attrs: ConvolutionCase["attrs"]) => boolean, random: RandomCase): ConvolutionCase {
  for (;;) {
    const test = randomConvolution(random);
    if (test.x.length <= 4 && isPossible(test.attrs)) return test;
  }
}

describe.runIf(hasWarpgroups).each(PLANS)("convolution by warpgroups in $arithmetic, shape $index", (plan) => {
  const { arithmetic, shape, index } = plan;
  it(`agrees with float64 over ${CASES} random configurations`, async ({ annotate }) => {
    const errors = noErrors();
    let planned = 0;
    for (let at = 0; at < CASES; at++) {
      const random = new RandomCase(`warpgroups ${arithmetic} ${index}`, at);
      const { attrs, ...test } = randomThat(({ strides }) => strides.every((stride) => stride === 1), random);
      const choose = (direct: Direct): WarpgroupPlan | undefined => {
        const plans = [...warpgroupPlans(direct, arithmetic, LIMITS, shape)];
        if (plans.length === 0) return undefined;
        planned++;
        return random.oneOf(plans);
      };
      const activation = random.oneOf(["linear", "tanh"] as const);
      const isDepthwise = attrs.groups > 1 && test.weight[1] === 1;
      withGroups(arithmetic, { convolution: choose }, (sums) =>
        checkConvolution(
          kernels,
          { ...test, attrs: { ...attrs, activation } },
          random,
          errors,
          isDepthwise ? {} : sums,
        ),
      );
    }
    expect(planned).toBeGreaterThan(CASES / 2);
    await expectWithinBounds(`${arithmetic} ${index}`, errors, annotate);
  });
});

/** Every case is another kernel to compile. */
const GRADIENT_CASES = isSimulated ? 20 : CASES;

describe.runIf(hasWarpgroups).each(ARITHMETICS)("gradient of a weight by warpgroups in %s", (arithmetic) => {
  it(`agrees with float64 over ${GRADIENT_CASES} random configurations`, async ({ annotate }) => {
    const errors = noErrors();
    let planned = 0;
    for (let at = 0; at < GRADIENT_CASES; at++) {
      const random = new RandomCase(`gradients by warpgroups ${arithmetic}`, at);
      const test = randomThat(() => true, random);
      const choose = (direct: Direct): WarpgroupGradientPlan | undefined => {
        const channels = random.oneOf([1, 4, 8]);
        const plans = [...warpgroupGradientPlans(direct, arithmetic, LIMITS, { warpgroups: 1, channels })];
        if (plans.length === 0) return undefined;
        planned++;
        return { ...random.oneOf(plans), parts: random.oneOf([1, 1, 2, 5]) };
      };
      const { groups } = test.attrs;
      withGroups(arithmetic, { gradient: choose }, (sums) =>
        checkConvolution(kernels, test, random, errors, groups > 1 && test.weight[1] === 1 ? {} : sums),
      );
    }
    expect(planned).toBeGreaterThan(GRADIENT_CASES / 3);
    await expectWithinBounds(arithmetic, errors, annotate);
  });
});

describe.runIf(hasWarpgroups).each(isSimulated ? (["tf32x3"] as const) : ARITHMETICS)(
  "layers of nets in %s",
  (arithmetic) => {
    it("agree with float64 as they are planned by warpgroups", { timeout: 300_000 }, async ({ annotate }) => {
      const errors = noErrors();
      let planned = 0;
      const counted = <Plan>(plan: Plan | undefined) => {
        if (plan !== undefined) planned++;
        return plan;
      };
      // The card that the kernels are for, whatever this one is.
      const limits = { ...LIMITS, multiprocessors: 132 };
      for (const [at, { x, weight, pad }] of NETS.entries()) {
        const [n, , height] = x;
        const size = height + 2 * pad - weight[2] + 1;
        const attrs = {
          strides: [1, 1],
          padBegin: [pad, pad],
          padEnd: [pad, pad],
          dilations: [1, 1],
          groups: 1,
          activation: "tanh" as const,
        };
        const test = { x, weight, y: [n, weight[0], size, size], attrs, withBias: true };
        const choice: Choice = {
          convolution: (direct) => counted(planWarpgroups(direct, arithmetic, limits, 1)[0]),
          gradient: (direct) => counted(planWarpgroupGradients(direct, arithmetic, limits, 1)[0]),
        };
        withGroups(arithmetic, choice, (sums) =>
          checkConvolution(kernels, test, new RandomCase("layers of nets", at), errors, sums),
        );
      }
      expect(planned).toBe(3 * NETS.length);
      await expectWithinBounds(arithmetic, errors, annotate);
    });
  },
);

/** A convolution of 8 channels to 8 by windows of 3 x 3, all ones but for what is not finite. */
const PLAIN = {
  x: { shape: [1, 8, 6, 6], data: new Float32Array(8 * 36).fill(1) },
  weight: { shape: [8, 8, 3, 3], data: new Float32Array(8 * 72).fill(1) },
  dy: { shape: [1, 8, 4, 4], data: new Float32Array(8 * 16).fill(1) },
  attrs: { strides: [1, 1], padBegin: [0, 0], padEnd: [0, 0], dilations: [1, 1], groups: 1, activation: "linear" },
} as const;

describe.runIf(hasWarpgroups).each(ARITHMETICS)("infinities and NaN in %s by warpgroups", (arithmetic) => {
  const { x, weight, dy, attrs } = PLAIN;
  const poisoned = { shape: x.shape, data: x.data.slice() };
  poisoned.data[0] = Infinity;
  poisoned.data[5] = NaN;
  poisoned.data[30] = -Infinity;

  it.each([
    { isFolded: false, columns: 8 },
    { isFolded: true, columns: 24 },
  ])("stay where windows see them, folded: $isFolded", (columns) => {
    const shape = { ...columns, warpgroups: 2, rowTiles: 1, planes: 2 };
    const convolution = (direct: Direct) => warpgroupPlans(direct, arithmetic, LIMITS, shape).next().value ?? undefined;
    withGroups(arithmetic, { convolution }, () => {
      const [y] = runKernel(CONVOLUTION, { x: poisoned, weight }, attrs);
      const corners = [Infinity, 72, 72, NaN, 72, 72, 72, 72, 72, 72, 72, 72, -Infinity, 72, 72, 72];
      expect([...y!.data]).toEqual(Array.from({ length: 8 }, () => corners).flat());
    });
  });

  it("stay with the taps that meet them", () => {
    const gradient = (direct: Direct) =>
      warpgroupGradientPlans(direct, arithmetic, LIMITS, { warpgroups: 1, channels: 8 }).next().value ?? undefined;
    withGroups(arithmetic, { gradient }, () => {
      const gradientAttrs = { ...attrs, weightShape: weight.shape, withBias: false };
      const [dw] = runKernel(CONVOLUTION_WEIGHT_GRADIENT, { x: poisoned, dy }, gradientAttrs);
      const ofFirst = [Infinity, 16, NaN, 16, 16, 16, -Infinity, 16, 16];
      const ofOthers = Array.from({ length: 7 * 9 }, () => 16);
      expect([...dw!.data]).toEqual(Array.from({ length: 8 }, () => [...ofFirst, ...ofOthers]).flat());
    });
  });
});

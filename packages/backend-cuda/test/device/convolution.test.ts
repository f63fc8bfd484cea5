import { CONVOLUTION, CONVOLUTION_INPUT_GRADIENT, CONVOLUTION_WEIGHT_GRADIENT } from "@camada/tensor";
import {
  checkConvolution,
  convolutionTensors,
  noErrors,
  randomConvolution,
  RandomCase,
  type ConvolutionCase,
  type ConvolutionKernels,
} from "@camada/test-kit";
import { describe, expect, it } from "vitest";
import { PARTS, PLAN_CASES, withPlan } from "./product-plans.ts";
import { CASES, runKernel } from "./run-kernel.ts";
import { expectWithinBounds } from "./within-bounds.ts";

const kernels: ConvolutionKernels = {
  forward: CONVOLUTION,
  inputGradient: CONVOLUTION_INPUT_GRADIENT,
  weightGradient: CONVOLUTION_WEIGHT_GRADIENT,
  run: runKernel,
};

/** Whether every input channel has kernels of its own: those are float32 always. */
function isDepthwise(weight: readonly number[], groups: number): boolean {
  return groups > 1 && weight[1] === 1;
}

describe.each(PLAN_CASES)("convolution in $name", (plan) => {
  it(`agrees with float64 over ${CASES} random configurations`, async ({ annotate }) => {
    const errors = noErrors();
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase(`convolution ${plan.name}`, index);
      const { attrs, ...test } = randomConvolution(random);
      const activation = random.oneOf(plan.activations);
      withPlan(plan, random.oneOf(PARTS), () => {
        const sums = isDepthwise(test.weight, attrs.groups) ? {} : plan.sums;
        checkConvolution(kernels, { ...test, attrs: { ...attrs, activation } }, random, errors, sums);
      });
    }
    await expectWithinBounds(plan.name, errors, annotate);
  });

  it("has the same bits every time where sums are cut into parts", () => {
    const random = new RandomCase("parts of convolutions", 0);
    const test: ConvolutionCase = {
      x: [4, 3, 20, 20],
      weight: [5, 3, 3, 3],
      y: [4, 5, 18, 18],
      attrs: { strides: [1, 1], padBegin: [0, 0], padEnd: [0, 0], dilations: [1, 1], groups: 1, activation: "tanh" },
      withBias: true,
    };
    const { x, dy, y } = convolutionTensors(test, random);
    const attrs = { ...test.attrs, weightShape: test.weight, withBias: true };
    const bits = Array.from({ length: 3 }, () => {
      const outputs = withPlan(plan, 7, () => runKernel(CONVOLUTION_WEIGHT_GRADIENT, { x, dy, y }, attrs));
      return outputs.map(({ data }) => Buffer.from(data.buffer).toString("hex"));
    });
    expect(bits).toEqual([bits[0], bits[0], bits[0]]);
  });
});

describe("convolution as the backend plans it", () => {
  it(`agrees with float64 over ${CASES} random depthwise configurations`, async ({ annotate }) => {
    const errors = noErrors();
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase("depthwise convolution", index);
      checkConvolution(kernels, randomConvolution(random, true), random, errors);
    }
    await expectWithinBounds("depthwise", errors, annotate);
  });

  it("agrees for every count of output columns, and of either kind of channels, from 1 to 33", async ({ annotate }) => {
    const plain = (axes: number): ConvolutionCase["attrs"] => ({
      strides: Array<number>(axes).fill(1),
      padBegin: Array<number>(axes).fill(0),
      padEnd: Array<number>(axes).fill(0),
      dilations: Array<number>(axes).fill(1),
      groups: 1,
      activation: "tanh",
    });
    const errors = noErrors();
    for (let tail = 1; tail <= 33; tail++) {
      const cases: ConvolutionCase[] = [
        { x: [2, 2, 3, tail + 2], weight: [3, 2, 2, 3], y: [2, 3, 2, tail], attrs: plain(2), withBias: true },
        { x: [1, tail, 3, 7], weight: [3, tail, 2, 2], y: [1, 3, 2, 6], attrs: plain(2), withBias: true },
        { x: [1, 2, 3, 7], weight: [tail, 2, 2, 2], y: [1, tail, 2, 6], attrs: plain(2), withBias: true },
        { x: [tail, 1, 9], weight: [2, 1, 5], y: [tail, 2, 5], attrs: plain(1), withBias: true },
      ];
      for (const test of cases) checkConvolution(kernels, test, new RandomCase("tails", tail), errors);
    }
    await expectWithinBounds("tails", errors, annotate);
  });
});

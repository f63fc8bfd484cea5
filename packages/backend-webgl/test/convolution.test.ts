import { CONVOLUTION, CONVOLUTION_INPUT_GRADIENT, CONVOLUTION_WEIGHT_GRADIENT } from "@camada/tensor";
import { checkConvolution, noErrors, randomConvolution, RandomCase, type ConvolutionCase } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { runChannelsLast } from "./channels-last.ts";

const KERNELS = {
  forward: CONVOLUTION,
  inputGradient: CONVOLUTION_INPUT_GRADIENT,
  weightGradient: CONVOLUTION_WEIGHT_GRADIENT,
  run: (...call: Parameters<Parameters<typeof checkConvolution>[0]["run"]>) =>
    runChannelsLast(call[0] !== CONVOLUTION_WEIGHT_GRADIENT, ...call),
};

async function expectWithinBounds(
  cases: readonly ConvolutionCase[],
  annotate: (text: string) => Promise<unknown>,
): Promise<void> {
  const errors = noErrors();
  for (const [index, test] of cases.entries()) {
    checkConvolution(KERNELS, test, new RandomCase("elements", index), errors);
  }
  for (const [kernel, worst] of Object.entries(errors)) await annotate(`${kernel}: ${worst.text}`);
  for (const worst of Object.values(errors)) expect(worst).toSatisfy(({ overBound }) => overBound <= 1, worst.where);
}

describe("convolution and its gradients", () => {
  it("agree with float64 over random configurations", { timeout: 300_000 }, async ({ annotate }) => {
    const cases = Array.from({ length: 60 }, (_, index) => randomConvolution(new RandomCase("convolution", index)));
    await expectWithinBounds(cases, annotate);
  });

  it("agree with float64 where every channel is a group of its own", async ({ annotate }) => {
    const cases = Array.from({ length: 12 }, (_, index) => randomConvolution(new RandomCase("depthwise", index), true));
    await expectWithinBounds(cases, annotate);
  });

  it("read nothing that stands beside an odd shape", async () => {
    // e^0 is 1 there, which would be added to the sums.
    const x = tf.exp(tf.zeros([1, 3, 3, 3]));
    const weight = tf.exp(tf.zeros([3, 3, 3, 3]));
    const attrs = { strides: [1, 1], padBegin: [1, 1], padEnd: [1, 1], dilations: [1, 1], groups: 1 };
    const y = tf.engine().runKernel(CONVOLUTION, { x, weight }, {
      ...attrs,
      activation: "linear",
    } as unknown as tf.NamedAttrMap) as tf.Tensor;
    const rows = [12, 18, 12, 18, 27, 18, 12, 18, 12];
    expect([...(await y.data())]).toEqual(rows.flatMap((sum) => [sum, sum, sum]));
  });

  it("keep no memory", () => {
    const [test] = [randomConvolution(new RandomCase("convolution", 1))];
    const run = (): void => checkConvolution(KERNELS, test, new RandomCase("elements", 1), noErrors());
    run();
    const before = tf.memory();
    for (let i = 0; i < 3; i++) run();
    expect(tf.memory()).toEqual(before);
  });
});

import { CONVOLUTION, CONVOLUTION_INPUT_GRADIENT, CONVOLUTION_WEIGHT_GRADIENT } from "@camada/tensor";
import {
  checkConvolution,
  noErrors,
  randomConvolution,
  RandomCase,
  type ConvolutionCase,
  type ConvolutionErrors,
} from "@camada/test-kit";
import { describe, expect, it } from "vitest";
import { runTwice } from "./run-twice.ts";

const NAMES = {
  forward: CONVOLUTION,
  inputGradient: CONVOLUTION_INPUT_GRADIENT,
  weightGradient: CONVOLUTION_WEIGHT_GRADIENT,
};
const CASES = 60;

async function errorsOver(cases: readonly ConvolutionCase[], seed: string): Promise<ConvolutionErrors> {
  const errors = noErrors();
  for (const [index, test] of cases.entries()) {
    let ofCase = noErrors();
    await runTwice((run) => {
      ofCase = noErrors();
      checkConvolution({ ...NAMES, run }, test, new RandomCase(seed, index), ofCase);
    });
    for (const name of Object.keys(errors) as (keyof ConvolutionErrors)[]) {
      if (ofCase[name].overBound >= errors[name].overBound) errors[name] = ofCase[name];
    }
  }
  return errors;
}

async function expectWithinBounds(
  errors: ConvolutionErrors,
  annotate: (text: string) => Promise<unknown>,
): Promise<void> {
  for (const [kernel, worst] of Object.entries(errors)) await annotate(`${kernel}: ${worst.text}`);
  for (const worst of Object.values(errors)) expect(worst).toSatisfy(({ overBound }) => overBound <= 1, worst.where);
}

describe("convolution and its gradients", () => {
  it(`agree with float64 over ${CASES} random configurations`, { timeout: 120_000 }, async ({ annotate }) => {
    const cases = Array.from({ length: CASES }, (_, index) => randomConvolution(new RandomCase("convolution", index)));
    await expectWithinBounds(await errorsOver(cases, "elements"), annotate);
  });

  it("agree with float64 where every channel is a group of its own", async ({ annotate }) => {
    const cases = Array.from({ length: 12 }, (_, index) => randomConvolution(new RandomCase("depthwise", index), true));
    await expectWithinBounds(await errorsOver(cases, "depthwise elements"), annotate);
  });
});

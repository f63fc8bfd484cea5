import { expectGradients, expectNoLeak } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { gradientRules } from "../src/gradients.ts";
import { drawInputs, type GradientCase, type GradientCases } from "./gradients/case.ts";
import { elementwiseCases } from "./gradients/elementwise-cases.ts";
import { productCases } from "./gradients/product-cases.ts";
import { structureCases } from "./gradients/structure-cases.ts";

const cases: GradientCases = { ...elementwiseCases, ...structureCases, ...productCases };

/** tfjs's own operations never run this kernel: they repeat through `Tile`. */
const withoutOperation = [tf.BroadcastTo];

describe("the table", () => {
  it("has cases for every rule, and no others", () => {
    const named = gradientRules.map((rule) => rule.kernelName);
    expect(new Set(named).size).toBe(named.length);
    expect(Object.keys(cases).toSorted()).toEqual(named.filter((name) => !withoutOperation.includes(name)).toSorted());
  });
});

/** Why a case must fail on the active backend, if it must. */
function gapOf(kernelName: string, { gap }: GradientCase): string | undefined {
  const backend = tf.getBackend();
  return tf.getKernel(kernelName, backend) === undefined ? `no kernel ${kernelName}` : gap?.[backend];
}

describe.each(Object.entries(cases))("the gradient of %s", (kernelName, kernelCases) => {
  kernelCases.forEach((gradientCase, i) => {
    const gap = gapOf(kernelName, gradientCase);
    const inputs = drawInputs(gradientCase);
    const check = () => expectGradients(gradientCase.of, inputs, gradientCase.options);

    if (gap !== undefined) {
      it(`does not equal the numeric one, case ${i}: ${gap}`, () => expect(check).toThrow());
      return;
    }
    it(`equals the numeric one, case ${i}`, async () => {
      const { kernelNames } = await tf.profile(() => gradientCase.of(...inputs));
      expect(kernelNames).toContain(kernelName);
      expectNoLeak(check);
    });
  });
});

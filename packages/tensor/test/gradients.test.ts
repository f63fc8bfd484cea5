import { expectClose, expectGradients, expectNoLeak, randomTensor } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { gradientRules, registerGradients } from "../src/gradients.ts";
import { drawInputs, type GradientCases } from "./gradients/case.ts";
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

describe.each(Object.entries(cases))("the gradient of %s", (kernelName, kernelCases) => {
  it.each(kernelCases.map((gradientCase, i) => ({ i, gradientCase })))(
    "equals the numeric one, case $i",
    async ({ gradientCase }) => {
      const inputs = drawInputs(gradientCase);
      const { kernelNames } = await tf.profile(() => gradientCase.of(...inputs));
      expect(kernelNames).toContain(kernelName);
      expectNoLeak(() => expectGradients(gradientCase.of, inputs, gradientCase.options));
      tf.dispose(inputs);
    },
  );
});

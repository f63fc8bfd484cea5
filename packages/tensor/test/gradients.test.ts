import { expectGradients, expectNoLeak } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { gradientRules } from "../src/gradients.ts";
import { drawInputs, type GradientCase, type GradientCases } from "./gradients/case.ts";
import { elementwiseCases } from "./gradients/elementwise-cases.ts";
import { productCases } from "./gradients/product-cases.ts";
import { structureCases } from "./gradients/structure-cases.ts";

const cases: GradientCases = { ...elementwiseCases, ...structureCases, ...productCases };

/** No operation of tfjs runs this kernel, they repeat through `Tile`: values.test.ts calls the rule itself. */
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
  return tf.getKernel(kernelName, backend) === undefined ? "the backend lacks the kernel" : gap?.[backend];
}

const all = Object.entries(cases).flatMap(([kernelName, kernelCases]) =>
  kernelCases.map((gradientCase, i) => ({ kernelName, i, gradientCase, gap: gapOf(kernelName, gradientCase) })),
);

describe("the gradient of", () => {
  it.each(all.filter(({ gap }) => gap === undefined))(
    "$kernelName equals the numeric one, case $i",
    async ({ kernelName, gradientCase }) => {
      const inputs = drawInputs(gradientCase);
      const { kernelNames } = await tf.profile(() => gradientCase.of(...inputs));
      expect(kernelNames).toContain(kernelName);
      expectNoLeak(() => expectGradients(gradientCase.of, inputs, gradientCase.options));
      tf.dispose(inputs);
    },
  );

  it.each(all.filter(({ gap }) => gap !== undefined))("$kernelName fails, case $i: $gap", ({ gradientCase }) => {
    const check = () => expectGradients(gradientCase.of, drawInputs(gradientCase), gradientCase.options);
    expect(check).toThrow(/not registered for backend|gradient of input/);
  });
});

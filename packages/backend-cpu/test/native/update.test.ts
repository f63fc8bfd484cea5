import { ADAM_UPDATE, SGD_UPDATE, updateInputs } from "@camada/tensor";
import { RandomCase } from "@camada/test-kit";
import { describeUpdates, tensorOf, valuesOf } from "@camada/test-kit/kernel-suites";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { differingAtThreads, native } from "./native-run.ts";

describeUpdates(native, {
  sgd: SGD_UPDATE,
  adam: ADAM_UPDATE,
  inputs: (parameters) => updateInputs(parameters as never),
});

describe("a step of a large parameter on the native engine", () => {
  it("has the same bits at any number of threads", () => {
    const step = () => {
      const random = new RandomCase("large step", 0);
      const names = ["weight", "gradient", "momentum"] as const;
      return native.inside(() => {
        const tensors = names.map(
          (name) => [name, tensorOf({ shape: [200_003], data: random.floats(200_003) })] as const,
        );
        const attrs = { count: 1, rescale: 0.5, clip: 0, learningRates: [0.01], wds: [1e-4], momentum: 0.9 };
        const { weight, gradient, momentum } = Object.fromEntries(tensors);
        tf.engine().runKernel(SGD_UPDATE, updateInputs([{ weight, gradient, momentum }] as never), attrs as never);
        return tensors.map(([, tensor]) => valuesOf(tensor));
      });
    };
    expect(differingAtThreads(step)).toEqual([]);
  });
});

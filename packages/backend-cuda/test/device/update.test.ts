import { ADAM_UPDATE, SGD_UPDATE, updateInputs } from "@camada/tensor";
import { describeUpdates, freeing } from "@camada/test-kit/kernel-suites";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { cudaBackend, device } from "./run-kernel.ts";

describeUpdates(device, {
  sgd: SGD_UPDATE,
  adam: ADAM_UPDATE,
  inputs: (parameters) => updateInputs(parameters as never),
});

describe("optimizer steps on the device", () => {
  it.each([
    ["SGD with momentum", SGD_UPDATE, ["weight", "gradient", "momentum"]],
    ["SGD without momentum", SGD_UPDATE, ["weight", "gradient"]],
    ["Adam", ADAM_UPDATE, ["weight", "gradient", "mean", "variance"]],
  ])("%s is one launch for ten parameters", (_, kernel, names) => {
    const backend = cudaBackend();
    const launched: string[] = [];
    const launch = backend.launch.bind(backend);
    backend.launch = (place, ...rest) => {
      launched.push(place.name);
      launch(place, ...rest);
    };
    try {
      freeing(() => {
        const ten = <Item>(make: (i: number) => Item): Item[] => Array.from({ length: 10 }, (_item, i) => make(i));
        const parameters = ten((i) => Object.fromEntries(names.map((name) => [name, tf.tensor1d(ten(() => i + 1))])));
        const numbers = { rescale: 1, clip: 0, momentum: 0.9, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
        const attrs = { ...numbers, count: 10, learningRates: ten(() => 0.1), wds: ten(() => 0) };
        tf.engine().runKernel(kernel, updateInputs(parameters as never), attrs);
      });
    } finally {
      backend.launch = launch;
    }
    expect(launched).toHaveLength(1);
  });
});

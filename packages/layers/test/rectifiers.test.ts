import { expectClose } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { describe, it } from "vitest";
import { LeakyReLU, PReLU } from "../src/index.ts";

describe.each([
  ["LeakyReLU", () => new LeakyReLU(0.25)],
  ["PReLU", () => new PReLU()],
] as const)("%s", (_, make) => {
  it("has at zero the slope from below, as in MXNet", () => {
    const block = make();
    block.initialize();
    expectClose(tf.grad((x: tf.Tensor) => block.forward(x))(tf.tensor1d([0, -1, 1])), [0.25, 0.25, 1]);
  });
});

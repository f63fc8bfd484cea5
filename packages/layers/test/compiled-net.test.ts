import { activeBackend, compile, random, record } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, it } from "vitest";
import {
  BatchNorm,
  Conv2D,
  Dense,
  Dropout,
  HybridSequential,
  MaxPool2D,
  SoftmaxCrossEntropyLoss,
  type Block,
} from "../src/index.ts";

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

/** What keeps something from pass to pass: running statistics, random numbers. */
function net(): Block {
  const made = new HybridSequential({ prefix: "" });
  made.add(
    new Conv2D(4, { kernelSize: 3, useBias: false }),
    new BatchNorm({ scale: false }),
    new Dropout(0.3),
    new MaxPool2D(),
    new Dense(6, { activation: "tanh" }),
    new BatchNorm(),
    new Dropout(0.5),
    new Dense(3),
  );
  cleanups.push(() => made.dispose());
  return made;
}

/** Trains on noise: the losses, and at the end every gradient and every statistic. */
function trained(wrap: (pass: (x: tf.Tensor, y: tf.Tensor) => tf.Tensor) => (x: tf.Tensor, y: tf.Tensor) => tf.Tensor) {
  random.seed(7);
  const trainedNet = net();
  trainedNet.initialize("xavier");
  const loss = new SoftmaxCrossEntropyLoss();
  const pass = wrap((x, y) => {
    const { value, backward } = record(() => loss.forward(trainedNet.forward(x), y));
    backward();
    return value;
  });
  const losses = Array.from({ length: 6 }, (_, i) =>
    tf.tidy(() => {
      const x = tf.sin(tf.add(tf.reshape(tf.range(0, 5 * 2 * 8 * 8), [5, 2, 8, 8]), i));
      return [...pass(x, tf.tensor1d([0, 1, 2, 1, 0])).dataSync()];
    }),
  );
  const parameters = [...trainedNet.structuralParams()].map(([name, parameter]) => {
    const values = parameter.gradReq === "null" ? parameter.data() : parameter.grad();
    return [name, [...values.dataSync()]] as const;
  });
  return { losses, parameters: Object.fromEntries(parameters) };
}

describe("a net with batch normalization and dropout", () => {
  it("trains compiled as it does otherwise", () => {
    const expected = trained((pass) => pass);
    let refusal = (): string | undefined => "not compiled";
    const found = trained((pass) => {
      const compiled = compile(pass);
      cleanups.push(() => compiled.dispose());
      refusal = () => compiled.refusal;
      return compiled;
    });
    expect(found).toEqual(expected);
    expect(Object.keys(expected.parameters)).toHaveLength(13);
    expect(new Set(expected.losses.map(String)).size).toBe(6);
    const { backend } = activeBackend()!;
    expect(refusal()).toBe(backend.compile === undefined ? `backend ${backend.name} replays no steps` : undefined);
  });
});

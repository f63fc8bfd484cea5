import { ShapeError } from "@camada/conv-math";
import { record, trainMode } from "@camada/tensor";
import { expectClose } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { BatchNorm, GroupNorm, InstanceNorm, LayerNorm } from "../src/index.ts";

describe("BatchNorm", () => {
  const x = tf.tensor2d([
    [1, 10],
    [3, 30],
  ]);

  it("moves its running statistics in recorded training passes alone", () => {
    const block = new BatchNorm();
    block.initialize();
    const running = (): number[][] => [block.runningMean, block.runningVar].map((p) => [...p.data().dataSync()]);
    tf.tidy(() => void block.forward(x));
    tf.tidy(() => void trainMode(() => block.forward(x)));
    tf.tidy(() => void record(() => block.forward(x), { trainMode: false }));
    expect(running()).toEqual([
      [0, 0],
      [1, 1],
    ]);
    tf.tidy(() => void record(() => block.forward(x)));
    // 0.9 · 0 + 0.1 · mean, 0.9 · 1 + 0.1 · biased variance
    expectClose(running(), [
      [0.2, 2],
      [1, 10.9],
    ]);
    block.dispose();
  });

  it("leaves them alone with global statistics", () => {
    const block = new BatchNorm({ useGlobalStats: true });
    block.initialize();
    tf.tidy(() => expectClose(record(() => block.forward(x)).value, tf.div(x, Math.sqrt(1 + 1e-5))));
    expectClose(block.runningMean.data(), [0, 0]);
    block.dispose();
  });

  it("refuses a batch with another number of channels", () => {
    const block = new BatchNorm({ inChannels: 3 });
    block.initialize();
    expect(() => block.forward(x)).toThrow("BatchNorm: expected 3 channels on axis 1, got 2");
    block.dispose();
  });
});

describe("the other normalizations", () => {
  it("refuse what does not fit", () => {
    const x = tf.ones([2, 4]);
    for (const block of [new LayerNorm({ inChannels: 3 }), new InstanceNorm(), new GroupNorm()]) {
      block.initialize();
      expect(() => block.forward(x)).toThrow(ShapeError);
      block.dispose();
    }
    const groups = new GroupNorm({ numGroups: 3 });
    groups.initialize();
    expect(() => groups.forward(tf.ones([2, 4, 2]))).toThrow("GroupNorm: expected groups to divide 4 channels, got 3");
    const instance = new InstanceNorm({ inChannels: 3 });
    instance.initialize();
    expect(() => instance.forward(tf.ones([2, 4, 2]))).toThrow(ShapeError);
    for (const block of [groups, instance]) block.dispose();
  });
});

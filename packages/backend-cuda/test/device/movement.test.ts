import { describeMovements, differenceFrom, valuesOf } from "@camada/test-kit/kernel-suites";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { device } from "./run-kernel.ts";

describeMovements(device);

describe("gather on the device", () => {
  it("gives 0 for an index out of range that only the device knows", () => {
    const y = device.inside(() => {
      const indices = tf.add(tf.tensor1d([0, 2, -2], "int32"), tf.scalar(1, "int32"));
      return valuesOf(tf.gather(tf.tensor1d([1, 2, 3]), indices));
    });
    expect(differenceFrom("outside", y, { shape: [3], data: [2, 0, 0] })).toEqual([]);
  });
});

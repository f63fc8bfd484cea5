import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { convolutionCases } from "../src/ops/convolution-cases.ts";
import { meanAbsolute, operationOf } from "../src/workers/op-job.ts";
import { recordedOp } from "../src/workers/recorded-op-job.ts";

/** Small enough for a device that the CPU simulates. */
const cases = [
  ...convolutionCases.filter(({ name }) => name.startsWith("odd 7x5")),
  { name: "dense forward", op: "dense.forward", attrs: { n: 5, inUnits: 70, units: 9 } },
  { name: "dense input gradient", op: "dense.inputGradient", attrs: { n: 5, inUnits: 70, units: 9 } },
  { name: "dense weight gradient", op: "dense.weightGradient", attrs: { n: 5, inUnits: 70, units: 9 } },
  { name: "softmax", op: "softmax", attrs: { n: 5, classes: 9 } },
  { name: "cross-entropy", op: "softmaxCrossEntropy", attrs: { n: 5, classes: 9 } },
  { name: "batch of products", op: "batchMatMul", attrs: { batch: 3, m: 5, k: 6, n: 7 } },
  { name: "matrix product", op: "matMul", attrs: { m: 9, k: 12, n: 7, transposeA: true, transposeB: false } },
];

describe("a recorded operation", () => {
  it.each(cases)(
    "is replayed, frees what it made and has the result of a single call: $name",
    async ({ op, attrs }) => {
      const single = tf.tidy(() => [operationOf(op)(attrs)() ?? []].flat()[0]!);
      const expected = await meanAbsolute(single);
      single.dispose();
      const before = tf.memory().numTensors;
      const job = recordedOp({ op, attrs }, 3);
      const means = [];
      for (let run = 0; run < 4; run++) means.push(await job.run());
      job.dispose();
      expect(means).toEqual([expected, undefined, undefined, undefined]);
      expect(tf.memory().numTensors).toBe(before);
    },
  );

  it("says that it has none to measure", async () => {
    const job = recordedOp({ op: "sgdUpdate", attrs: { size: 8 } }, 1);
    await expect(job.run()).rejects.toThrow("worker: expected sgdUpdate to have a result");
    job.dispose();
  });
});

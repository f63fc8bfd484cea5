import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, it } from "vitest";
import { train } from "../src/index.ts";
import { BATCHES } from "./logits.ts";
import { crossEntropy } from "./losses.ts";
import { collect, end, steps } from "./records.ts";
import { biasRun, cleanUp } from "./runs.ts";

afterEach(cleanUp);

describe("divergence", () => {
  it("ends the run before the update, and says where, how and in which parameters", async () => {
    const parts = biasRun((net, step) => {
      if (step === 3) net.set([0, NaN, 0]);
    });
    const records = await collect(train({ ...parts, epochs: 4 }));
    expect(steps(records)).toHaveLength(3);
    expect(parts.trainer.batchSizes).toHaveLength(3);
    const last = end(records);
    expect(last).toMatchObject({ reason: "diverged", epoch: 1, step: 1, totalSteps: 3 });
    expect(last.error).toMatchObject({ epoch: 2, step: 2, loss: NaN, learningRate: 0.5, nonFinite: ["bias"] });
    expect(last.error!.message).toBe(
      "train: expected a finite loss, got NaN at epoch 2, step 2, learning rate 0.5 (bias held NaN or an infinity); " +
        "lower the learning rate, or clip the gradients",
    );
  });

  it("shows in the evaluation too", async () => {
    const parts = biasRun((net, step) => {
      if (step === 2) net.set([0, NaN, 0]);
    });
    const records = await collect(train({ ...parts, testLoader: BATCHES, epochs: 4, checkpointEvery: { epochs: 1 } }));
    expect(records.map((record) => record.type)).toEqual(["start", "step", "step", "evaluation", "end"]);
    expect(end(records).error).toMatchObject({ epoch: 1, step: 2, loss: NaN, nonFinite: ["bias"] });
  });

  it("never yields a checkpoint with parameters that are not finite", async () => {
    const parts = biasRun((net, step) => {
      if (step === 2) net.set([0, Infinity, 0]);
    });
    const records = await collect(train({ ...parts, epochs: 4, checkpointEvery: { epochs: 1, steps: 1 } }));
    expect(records.map((record) => record.type)).toEqual(["start", "step", "checkpoint", "step", "end"]);
    expect(end(records).error).toMatchObject({ epoch: 1, step: 2, nonFinite: ["bias"] });
    expect(end(records).error!.message).toContain("expected finite parameters");
  });

  it("says so when the parameters are not to blame", async () => {
    const loss = { forward: (outputs: tf.Tensor) => tf.div(tf.sum(outputs, 1), 0) };
    const records = await collect(train({ ...biasRun(), loss, epochs: 1 }));
    expect(end(records)).toMatchObject({ reason: "diverged", totalSteps: 0 });
    expect(end(records).error).toMatchObject({ epoch: 1, step: 1, loss: Infinity, nonFinite: [] });
    expect(end(records).error!.message).toContain("got Infinity at epoch 1, step 1");
    expect(end(records).error!.message).toContain("(every parameter is still finite)");
  });

  it("leaves the state of the last good step to a snapshot", async () => {
    const parts = biasRun((net, step) => {
      if (step === 1) net.set([3, 0, 0]);
    });
    let passes = 0;
    const loss = {
      forward: (outputs: tf.Tensor, labels: tf.Tensor) =>
        tf.div(crossEntropy.forward(outputs, labels), ++passes === 2 ? 0 : 1),
    };
    const run = train({ ...parts, loss, epochs: 1 });
    expect(end(await collect(run)).reason).toBe("diverged");
    const { net, progress } = await run.snapshot();
    expect([...net["bias"]!.data]).toEqual([3, 0, 0]);
    expect(progress).toMatchObject({ totalSteps: 1, step: 1, samples: 2 });
  });
});

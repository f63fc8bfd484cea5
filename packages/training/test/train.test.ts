import { expectClose } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, it, vi } from "vitest";
import { train, TrainingOptionError, type ArrayBatch, type TrainRecord } from "../src/index.ts";
import { BiasNet, NotingTrainer } from "./bias-net.ts";
import { BATCHES, LABELS, LOGITS, LOSSES, softmax } from "./logits.ts";
import { crossEntropy, halfSquares } from "./losses.ts";
import { collect, end, epochs, steps } from "./records.ts";
import { biasRun, cleanUp, cleanups, small } from "./runs.ts";

afterEach(cleanUp);

describe("train's arithmetic", () => {
  it("divides the sum of the losses by the number of samples", async () => {
    const records = await collect(train({ ...biasRun(), epochs: 1 }));
    const [first, second] = steps(records);
    expectClose([first!.batch.loss], [(LOSSES[0]! + LOSSES[1]!) / 2]);
    expectClose([second!.batch.loss], [LOSSES[2]!]);
    expectClose([second!.train.loss], [(LOSSES[0]! + LOSSES[1]! + LOSSES[2]!) / 3]);
    expect(steps(records).map((step) => [step.batch.accuracy, step.train.accuracy, step.train.samples])).toEqual([
      [1 / 2, 1 / 2, 2],
      [1, 2 / 3, 3],
    ]);
    expect(epochs(records)[0]!.train).toEqual(second!.train);
  });

  it("leaves the summed gradient, and divides that of the short last batch by the full batch size", async () => {
    const parts = biasRun();
    await collect(train({ ...parts, batchSize: 2, epochs: 1 }));
    const gradients = LOGITS.map((row, i) => softmax(row).map((p, j) => p - (j === LABELS[i] ? 1 : 0)));
    expectClose(
      parts.trainer.gradients.flat(),
      [...gradients[0]!.map((g, j) => g + gradients[1]![j]!), ...gradients[2]!],
      { absolute: 1e-6 },
    );
    expect(parts.trainer.batchSizes).toEqual([2, 2]);
  });

  it("divides by the batch's own size if asked to, or if there is no other", async () => {
    const bySamples = biasRun();
    await collect(train({ ...bySamples, batchSize: 2, divideBy: "samples", epochs: 1 }));
    expect(bySamples.trainer.batchSizes).toEqual([2, 1]);
    const unknown = biasRun();
    await collect(train({ ...unknown, epochs: 1 }));
    expect(unknown.trainer.batchSizes).toEqual([2, 1]);
  });

  it("takes training figures before each update and test figures after the epoch", async () => {
    // From the first update on the last class wins everywhere.
    const parts = biasRun((net) => net.set([0, 0, 100]));
    const records = await collect(train({ ...parts, testLoader: BATCHES, epochs: 1 }));
    const [epoch] = epochs(records);
    expect(epoch!.train.accuracy).toBe(2 / 3);
    expect(epoch!.test!.accuracy).toBe(2 / 3);
    expectClose([epoch!.train.loss], [(LOSSES[0]! + LOSSES[1]! + 0) / 3]);
    expectClose(
      [epoch!.test!.loss],
      [101 - 2 + 0 + 0].map((loss) => loss / 3),
      { relative: 1e-6 },
    );
  });

  it("adds in float64", async () => {
    const parts = biasRun();
    const big: ArrayBatch = {
      arrays: [
        { data: Float32Array.of(0, 0, 2 ** 24), shape: [1, 3] },
        { data: Int32Array.of(0), shape: [1] },
      ],
    };
    const one: ArrayBatch = {
      arrays: [
        { data: Float32Array.of(-1000, 0, 0), shape: [1, 3] },
        { data: Int32Array.of(0), shape: [1] },
      ],
    };
    const records = await collect(train({ ...parts, trainLoader: [big, one, one], epochs: 1 }));
    const each = steps(records).map((step) => step.batch.loss);
    expect(epochs(records)[0]!.train.loss).toBe((each[0]! + each[1]! + each[2]!) / 3);
    expect(each[0]! + each[1]! + each[2]!).not.toBe(Math.fround(Math.fround(each[0]! + each[1]!) + each[2]!));
  });

  it("trains nets for regression", async () => {
    const net = new BiasNet(1);
    cleanups.push(() => net.dispose());
    const trainer = new NotingTrainer(net, () =>
      net.set([net.bias.dataSync()[0]! - (0.5 * trainer.gradients.at(-1)![0]!) / 2]),
    );
    const data: ArrayBatch = {
      arrays: [
        { data: Float32Array.of(1, 2), shape: [2, 1] },
        { data: Float32Array.of(4, 5), shape: [2, 1] },
      ],
    };
    const run = train({ net, trainer, loss: halfSquares, trainLoader: [data], metrics: {}, epochs: 3 });
    const losses: number[] = [];
    for await (const record of run) if (record.type === "epoch") losses.push(record.train.loss);
    expect(losses).toEqual([4.5, 1.125, 0.28125]);
  });
});

describe("train's records", () => {
  it("come in order and count from one", async () => {
    const records = await collect(train({ ...small(), epochs: 2, checkpointEvery: { epochs: 2, steps: 4 } }));
    expect(records.map((record) => record.type)).toEqual([
      "start",
      "step",
      "step",
      "step",
      "evaluation",
      "epoch",
      "step",
      "checkpoint",
      "step",
      "step",
      "evaluation",
      "epoch",
      "checkpoint",
      "end",
    ]);
    expect(steps(records).map(({ epoch, step, steps: all, totalSteps }) => [epoch, step, all, totalSteps])).toEqual([
      [1, 1, 3, 1],
      [1, 2, 3, 2],
      [1, 3, 3, 3],
      [2, 1, 3, 4],
      [2, 2, 3, 5],
      [2, 3, 3, 6],
    ]);
    expect(steps(records).map((step) => step.batch.samples)).toEqual([8, 8, 6, 8, 8, 6]);
    expectClose(
      steps(records).map((step) => step.learningRate),
      [1, 2, 3, 4, 5, 6].map((step) => 0.2 * 0.99 ** step),
      { relative: 1e-12 },
    );
    expect(end(records)).toMatchObject({ reason: "completed", epoch: 2, step: 0, totalSteps: 6 });
    expect(end(records).history).toEqual(epochs(records));
    const checkpoints = records.filter((record) => record.type === "checkpoint");
    expect(checkpoints.map(({ epoch, step }) => [epoch, step])).toEqual([
      [2, 1],
      [2, 0],
    ]);
  });

  it("count time only while a record is waited for", async () => {
    let nowMs = 0;
    vi.spyOn(tf.env().platform, "now").mockImplementation(() => nowMs);
    cleanups.push(() => vi.restoreAllMocks());
    const parts = biasRun(() => (nowMs += 40));
    const records: TrainRecord[] = [];
    for await (const record of train({ ...parts, epochs: 1 })) {
      records.push(record);
      nowMs += 1000;
    }
    expect(steps(records).map((step) => step.durationMs)).toEqual([40, 40]);
    expect(steps(records).map((step) => step.samplesPerSecond)).toEqual([2 / 0.04, 3 / 0.08]);
    expect(epochs(records)[0]).toMatchObject({ durationMs: 80, trainDurationMs: 80 });
    expect(end(records).durationMs).toBe(80);
  });

  it("end at once when there is nothing left to do", async () => {
    const records = await collect(train({ ...small(), epochs: 0 }));
    expect(records.map((record) => record.type)).toEqual(["start", "end"]);
    expect(end(records).reason).toBe("completed");
  });
});

describe("train's options", () => {
  it.each([
    [{ epochs: -1 }, "epochs to be a whole number", "-1"],
    [{ epochs: 1.5 }, "epochs to be a whole number", "1.5"],
    [{ batchSize: 0 }, "batchSize to be a whole number of 1 or more", "0"],
    [{ checkpointEvery: { steps: 0 } }, "checkpointEvery.steps to be a whole number of 1 or more", "0"],
    [{ checkpointEvery: { epochs: 0.5 } }, "checkpointEvery.epochs to be a whole number of 1 or more", "0.5"],
    [{ earlyStopping: { monitor: "test.loss", patience: 0 } as const }, "patience of 1 or more whole epochs", "0"],
    [{ earlyStopping: { monitor: "test.loss", patience: 1, minDelta: NaN } as const }, "minDelta of 0 or more", "NaN"],
  ])("refuse %o", (wrong, expected, got) => {
    const make = () => train({ ...biasRun(), epochs: 1, ...wrong });
    expect(make).toThrow(TrainingOptionError);
    expect(make).toThrow(expect.objectContaining({ op: "train", expected, got }));
  });

  it("refuse a metric that would hide the loss", () => {
    const loss = { measure: () => tf.scalar(0), combine: () => new Float64Array(), value: () => 0 };
    expect(() => train({ ...biasRun(), epochs: 1, metrics: { loss } })).toThrow(TrainingOptionError);
  });

  it("refuse a loader without batches, and a loss that is not one per sample", async () => {
    await expect(collect(train({ ...biasRun(), trainLoader: [], epochs: 1 }))).rejects.toMatchObject({
      expected: "a loader with batches",
    });
    const mean = { forward: (y: tf.Tensor, labels: tf.Tensor) => tf.mean(crossEntropy.forward(y, labels)) };
    await expect(collect(train({ ...biasRun(), loss: mean, epochs: 1 }))).rejects.toMatchObject({
      expected: "one loss per sample, [2]",
      got: "[]",
    });
  });
});

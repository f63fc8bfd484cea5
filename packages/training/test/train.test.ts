import { activeBackend, useBackend, type Backend } from "@camada/tensor";
import { expectClose } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  train,
  TrainingOptionError,
  type ArrayBatch,
  type EndRecord,
  type EpochRecord,
  type StepRecord,
  type TrainRecord,
} from "../src/index.ts";
import { BiasNet, crossEntropy, halfSquares, NotingTrainer, smallRun } from "./stand-ins.ts";

/** Three samples in batches of two: the logits are the inputs. */
const LOGITS = [
  [2, 0, 1],
  [0, 3, -1],
  [1, 1, 2],
];
const LABELS = [0, 2, 2];
const batch = (rows: readonly number[]): ArrayBatch => ({
  arrays: [
    { data: Float32Array.from(rows.flatMap((row) => LOGITS[row]!)), shape: [rows.length, 3] },
    { data: Int32Array.from(rows, (row) => LABELS[row]!), shape: [rows.length] },
  ],
});
const BATCHES = [batch([0, 1]), batch([2])];

const softmax = (row: readonly number[]) => {
  const sum = row.reduce((total, x) => total + Math.exp(x), 0);
  return row.map((x) => Math.exp(x) / sum);
};
const LOSSES = LOGITS.map((row, i) => -Math.log(softmax(row)[LABELS[i]!]!));

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

function biasRun(update?: (net: BiasNet, step: number) => void) {
  const net = new BiasNet(3);
  cleanups.push(() => net.dispose());
  const trainer = new NotingTrainer(net, (step) => update?.(net, step));
  return { net, trainer, loss: crossEntropy, trainLoader: BATCHES };
}

function small() {
  const { dispose, ...parts } = smallRun();
  cleanups.push(dispose);
  return parts;
}

async function collect<R>(records: AsyncIterable<R>): Promise<R[]> {
  const all: R[] = [];
  for await (const record of records) all.push(record);
  return all;
}

const steps = (records: readonly TrainRecord[]) =>
  records.filter((record): record is StepRecord => record.type === "step");
const epochs = (records: readonly TrainRecord[]) =>
  records.filter((record): record is EpochRecord => record.type === "epoch");
const end = (records: readonly TrainRecord[]) => records.at(-1) as EndRecord;

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
      ...["start", "step", "step", "step", "evaluation", "epoch"],
      ...["step", "checkpoint", "step", "step", "evaluation", "epoch", "checkpoint", "end"],
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
    vi.spyOn(tf.util, "now").mockImplementation(() => nowMs);
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

describe("a run under way", () => {
  it("pauses while no record is asked for", async () => {
    const parts = biasRun();
    const run = train({ ...parts, epochs: 100 });
    await run.next();
    expect(parts.trainer.batchSizes).toHaveLength(0);
    await run.next();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(parts.trainer.batchSizes).toHaveLength(1);
    await run.return();
  });

  it("ends between two steps when aborted, and keeps its state", async () => {
    const parts = small();
    const controller = new AbortController();
    const run = train({ ...parts, epochs: 5, signal: controller.signal });
    const records: TrainRecord[] = [];
    for await (const record of run) {
      records.push(record);
      if (record.type === "step" && record.totalSteps === 5) controller.abort();
    }
    expect(end(records)).toMatchObject({ reason: "aborted", epoch: 1, step: 2, totalSteps: 5 });
    expect((await run.snapshot()).progress).toMatchObject({ epoch: 2, step: 2, totalSteps: 5, isTrained: false });
  });

  it("ends in the middle of an evaluation when aborted", async () => {
    const parts = small();
    const controller = new AbortController();
    const { testLoader } = parts;
    const abortingLoader = {
      length: testLoader.length,
      async *[Symbol.asyncIterator]() {
        for await (const each of testLoader) {
          controller.abort();
          yield each;
        }
      },
    };
    const run = train({ ...parts, testLoader: abortingLoader, epochs: 1, signal: controller.signal });
    const records = await collect(run);
    expect(records.map((record) => record.type)).toEqual(["start", "step", "step", "step", "end"]);
    expect(end(records)).toMatchObject({ reason: "aborted", epoch: 0, step: 3 });
    expect((await run.snapshot()).progress.isTrained).toBe(true);
  });

  it("lets timers run", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 0);
    const records = await collect(train({ ...biasRun(), epochs: 5000, signal: controller.signal }));
    expect(end(records).reason).toBe("aborted");
  });

  it("leaves the loader at the batch that comes next", async () => {
    const parts = small();
    const run = train({ ...parts, epochs: 2 });
    for await (const record of run) if (record.type === "step" && record.totalSteps === 2) break;
    expect(parts.trainLoader.state!()).toEqual({ epoch: 0, batch: 2 });
    expect((await run.snapshot()).loader).toEqual({ epoch: 0, batch: 2 });
    expect(parts.testLoader.state!()).toEqual({ epoch: 0, batch: 0 });
  });

  it("gives a snapshot of whole steps only, whenever it is asked for", async () => {
    const parts = small();
    const run = train({ ...parts, epochs: 1 });
    await run.next();
    const step = run.next();
    const snapshot = run.snapshot();
    const following = run.next();
    await step;
    expect((await snapshot).progress).toMatchObject({ step: 1, samples: 8 });
    await following;
    expect((await run.snapshot()).progress).toMatchObject({ step: 2, samples: 16 });
    await run.return();
  });

  it("passes on what goes wrong in a loader, with the steps before it kept", async () => {
    const failure = new Error("the disk is gone");
    const parts = biasRun();
    const trainLoader = {
      length: 2,
      *[Symbol.iterator]() {
        yield BATCHES[0]!;
        throw failure;
      },
    };
    const run = train({ ...parts, trainLoader, epochs: 1 });
    await expect(collect(run)).rejects.toBe(failure);
    expect((await run.snapshot()).progress.totalSteps).toBe(1);
  });
});

describe("memory", () => {
  it("holds as many tensors after every record as after the first step", async () => {
    const parts = small();
    const counts: { readonly tensors: number; readonly buffers: number }[] = [];
    for await (const { type } of train({ ...parts, epochs: 3, checkpointEvery: { epochs: 1, steps: 2 } })) {
      const { numTensors, numDataBuffers } = tf.memory();
      if (type !== "start") counts.push({ tensors: numTensors, buffers: numDataBuffers });
    }
    expect(counts.length).toBeGreaterThan(15);
    expect(new Set(counts.map((count) => JSON.stringify(count))).size).toBe(1);
  });

  it("keeps nothing of a step that fails", async () => {
    const parts = biasRun();
    const before = tf.memory().numTensors;
    const loss = { forward: () => tf.zeros([7]) };
    await expect(collect(train({ ...parts, loss, epochs: 1 }))).rejects.toThrow();
    expect(tf.memory().numTensors).toBe(before);
  });

  it("reads back once per step", async () => {
    const parts = biasRun();
    const reads = vi.spyOn(tf.Tensor.prototype, "data");
    cleanups.push(() => vi.restoreAllMocks());
    await collect(train({ ...parts, epochs: 2 }));
    expect(reads).toHaveBeenCalledTimes(4);
  });
});

describe("compile", () => {
  it("gets the passes over full batches, and the short one runs as it is", async () => {
    const { backend, info } = activeBackend()!;
    const compiled: number[] = [];
    const noting: Backend = {
      name: "cpu",
      device: "cpu(0)",
      activate: async () => info,
      compile:
        (step) =>
        (...args) => {
          compiled.push((args[0] as tf.Tensor).shape[0]!);
          return step(...args);
        },
    };
    await useBackend(noting);
    const records = await collect(train({ ...small(), epochs: 2 })).finally(() => useBackend(backend));
    expect(compiled).toEqual([8, 8, 8, 8]);
    expect(steps(records).map((step) => step.batch.samples)).toEqual([8, 8, 6, 8, 8, 6]);
  });
});

describe("early stopping", () => {
  it("ends the run after so many epochs without improvement", async () => {
    // The update makes the net worse and worse.
    const parts = biasRun((net, step) => net.set([0, step, 0]));
    const earlyStopping = { monitor: "train.loss", patience: 2 } as const;
    const records = await collect(train({ ...parts, trainLoader: [BATCHES[1]!], epochs: 10, earlyStopping }));
    expect(end(records)).toMatchObject({ reason: "early-stopping", epoch: 3 });
    expect(epochs(records).map((epoch) => epoch.isBest)).toEqual([true, false, false]);
  });

  it("refuses a figure that is not there", async () => {
    const run = train({ ...biasRun(), epochs: 2, earlyStopping: { monitor: "test.loss", patience: 1 } });
    await expect(collect(run)).rejects.toMatchObject({
      name: "TrainingOptionError",
      message: "train: expected a figure test.loss to monitor, got none of that name; pass a testLoader",
    });
  });
});

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

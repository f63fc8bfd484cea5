import { activeBackend, compiledStep, useBackend, type Backend } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, it, vi } from "vitest";
import { train, type TrainRecord } from "../src/index.ts";
import { BATCHES } from "./logits.ts";
import { collect, end, steps } from "./records.ts";
import { biasRun, cleanUp, cleanups, small } from "./runs.ts";

afterEach(cleanUp);

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
    const loss = {
      forward(outputs: tf.Tensor): tf.Tensor {
        tf.square(outputs);
        throw new Error("no loss today");
      },
    };
    await expect(collect(train({ ...parts, loss, epochs: 1 }))).rejects.toThrow("no loss today");
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
    const compiled: unknown[] = [];
    let disposals = 0;
    const noting: Backend = {
      name: "cpu",
      device: "cpu(0)",
      activate: async () => info,
      compile: (step) =>
        compiledStep(
          (...args) => {
            const [inputs] = args as unknown[] as [tf.Tensor];
            compiled.push(inputs.shape[0]);
            return step(...args);
          },
          { refusal: () => "it only counts", dispose: () => disposals++ },
        ),
    };
    await useBackend(noting);
    cleanups.push(() => void useBackend(backend));
    const run = train({ ...small(), epochs: 2 });
    const records = await collect(run);
    // Batches of 8 to train on, of 4 to evaluate.
    expect(compiled).toEqual([8, 8, 4, 4, 8, 8, 4, 4]);
    expect(run.compileRefusal).toBe("it only counts");
    expect(disposals).toBe(2);
    expect(steps(records).map((step) => step.batch.samples)).toEqual([8, 8, 6, 8, 8, 6]);
  });
});

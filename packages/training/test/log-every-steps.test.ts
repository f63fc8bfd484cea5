import { afterEach, describe, expect, it, vi } from "vitest";
import * as tf from "@tensorflow/tfjs-core";
import {
  train,
  TrainingOptionError,
  worstMistakes,
  accuracy,
  type TrainOptions,
  type TrainRecord,
} from "../src/index.ts";
import { BATCHES } from "./logits.ts";
import { collect, end, epochs, steps } from "./records.ts";
import { biasRun, cleanUp, cleanups, small } from "./runs.ts";

afterEach(cleanUp);

const metrics = { accuracy: accuracy(), worst: worstMistakes(2) };

/** A run of 3 steps an epoch, the last of them short. */
async function run(options: Partial<TrainOptions<typeof metrics>>) {
  const parts = small();
  const records = await collect(train({ ...parts, metrics, epochs: 2, ...options }));
  return { records, weights: parts.net.state() };
}

const withoutTimes = (records: readonly TrainRecord<typeof metrics>[]) =>
  JSON.parse(JSON.stringify(records, (name, value: unknown) => (/Ms$|PerSecond$/.test(name) ? 0 : value))) as unknown;

describe("logEverySteps", () => {
  it.each([2, 3, Infinity])("changes how often figures come, and none of them: %s", async (logEverySteps) => {
    const [often, seldom] = [await run({}), await run({ logEverySteps })];
    expect(seldom.weights).toEqual(often.weights);
    expect(withoutTimes(epochs(seldom.records as never) as never)).toEqual(
      withoutTimes(epochs(often.records as never) as never),
    );
    const [all, some] = [often, seldom].map(({ records }) => steps(records as never)) as [
      ReturnType<typeof steps>,
      ReturnType<typeof steps>,
    ];
    expect(some.map(({ step }) => step)).toEqual(logEverySteps === 2 ? [2, 3, 2, 3] : [3, 3]);
    for (const record of some) {
      expect(record.train).toEqual(all.find(({ totalSteps }) => totalSteps === record.totalSteps)!.train);
    }
    expect(some.map(({ batch }) => batch.samples)).toEqual(logEverySteps === 2 ? [16, 6, 16, 6] : [22, 22]);
  });

  // Two epochs of three batches to train on and three to evaluate.
  it.each([
    [1, 6, 6],
    [2, 4, 4],
    [Infinity, 2, 2],
  ])("reads as often as it yields, and evaluations likewise: %s", async (logEverySteps, training, evaluations) => {
    const { testLoader, ...parts } = small();
    const reads = vi.spyOn(tf.Tensor.prototype, "data");
    cleanups.push(() => vi.restoreAllMocks());
    await collect(train({ ...parts, epochs: 2, logEverySteps }));
    expect(reads).toHaveBeenCalledTimes(training);
    reads.mockClear();
    await collect(train({ ...parts, testLoader, epochs: 2, logEverySteps }));
    expect(reads).toHaveBeenCalledTimes(training + evaluations);
  });

  it("leaves no tensor on the device", async () => {
    const parts = small();
    const counts: number[] = [];
    for await (const { type } of train({ ...parts, epochs: 3, logEverySteps: 2 })) {
      if (type !== "start") counts.push(tf.memory().numTensors);
    }
    expect(new Set(counts).size).toBe(1);
  });

  it("yields before a checkpoint, which holds whole steps", async () => {
    const parts = small();
    const records = await collect(train({ ...parts, epochs: 1, logEverySteps: 3, checkpointEvery: { steps: 2 } }));
    expect(records.map(({ type }) => type)).toEqual([
      "start",
      "step",
      "checkpoint",
      "step",
      "evaluation",
      "epoch",
      "end",
    ]);
    const checkpoint = records.find((record) => record.type === "checkpoint")!.checkpoint;
    expect(checkpoint.progress).toMatchObject({ step: 2, samples: 16 });
    const again = small();
    const resumed = await collect(train({ ...again, epochs: 1, logEverySteps: 3, resume: checkpoint }));
    expect(epochs(resumed)[0]!.train).toEqual(epochs(records)[0]!.train);
    expect(again.net.state()).toEqual(parts.net.state());
  });

  it("counts the steps that were made when the run is aborted in between, or a loader fails", async () => {
    const controller = new AbortController();
    const parts = biasRun((_, step) => {
      if (step === 3) controller.abort();
    });
    const trainLoader = [...BATCHES, ...BATCHES, ...BATCHES];
    const aborted = train({ ...parts, trainLoader, epochs: 1, logEverySteps: 10, signal: controller.signal });
    const records = await collect(aborted);
    expect(steps(records).map(({ totalSteps }) => totalSteps)).toEqual([3]);
    expect(end(records)).toMatchObject({ reason: "aborted", step: 3 });
    const failing = {
      length: 3,
      *[Symbol.iterator]() {
        yield* BATCHES;
        throw new Error("the disk is gone");
      },
    };
    const broken = train({ ...biasRun(), trainLoader: failing, epochs: 1, logEverySteps: 10 });
    await expect(collect(broken)).rejects.toThrow("the disk is gone");
    expect((await broken.snapshot()).progress.totalSteps).toBe(BATCHES.length);
  });

  it("notices a divergence at the read, and says how many updates were made by then", async () => {
    const parts = biasRun((net, step) => {
      if (step === 2) net.set([0, NaN, 0]);
    });
    const trainLoader = [...BATCHES, ...BATCHES, ...BATCHES];
    const records = await collect(train({ ...parts, trainLoader, epochs: 1, logEverySteps: 5 }));
    expect(parts.trainer.batchSizes).toHaveLength(5);
    expect(end(records)).toMatchObject({ reason: "diverged", totalSteps: 2 });
    expect(end(records).error).toMatchObject({ epoch: 1, step: 3, loss: NaN, updatesSince: 3, nonFinite: ["bias"] });
    expect(end(records).error!.message).toContain("(bias held NaN or an infinity, 3 updates later)");
  });

  it.each([0, 1.5, -Infinity, NaN])("refuses %s", (logEverySteps) => {
    expect(() => train({ ...biasRun(), epochs: 1, logEverySteps })).toThrow(TrainingOptionError);
  });
});

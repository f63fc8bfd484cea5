import { afterEach, describe, expect, it } from "vitest";
import { accuracy, restoreCheckpoint, topK, train, type Checkpoint } from "../src/index.ts";
import { BiasNet } from "./bias-net.ts";
import { Draws } from "./draws.ts";
import { samples, ShuffledLoader } from "./shuffled-loader.ts";
import { smallRun, TinyNet } from "./small-run.ts";

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

function small() {
  const { dispose, ...parts } = smallRun();
  cleanups.push(dispose);
  return parts;
}

/** A checkpoint of the second step of a small run. */
async function midEpoch(): Promise<Checkpoint> {
  const run = train({ ...small(), epochs: 2 });
  for await (const record of run) if (record.type === "step" && record.totalSteps === 2) break;
  return run.snapshot();
}

async function resumed(options: object): Promise<unknown> {
  const run = train({ ...small(), epochs: 2, resume: await midEpoch(), ...options });
  return run.next().catch((error: unknown) => error);
}

describe("restoreCheckpoint", () => {
  it("gives a net its weights, also before its shapes are known", async () => {
    const checkpoint = await midEpoch();
    const net = new TinyNet();
    cleanups.push(() => net.dispose());
    await restoreCheckpoint(checkpoint, { net });
    expect(net.state()).toEqual(checkpoint.net);
  });

  it("refuses the checkpoint of another net and changes nothing", async () => {
    const net = new BiasNet(3);
    cleanups.push(() => net.dispose());
    const restoring = restoreCheckpoint(await midEpoch(), { net, source: "run.ckpt" });
    await expect(restoring).rejects.toMatchObject({
      name: "CheckpointFormatError",
      source: "run.ckpt",
      expected: "the net's 1 parameters",
      got: "no bias; 0.weight, which the net does not have; 0.bias, which the net does not have; 1.weight, which the net does not have",
    });
    expect([...net.bias.dataSync()]).toEqual([0, 0, 0]);
  });

  it("refuses a parameter of another shape", async () => {
    const net = new BiasNet(3);
    cleanups.push(() => net.dispose());
    const checkpoint = { ...(await midEpoch()), net: { bias: { shape: [4], data: new Float32Array(4) } } };
    await expect(restoreCheckpoint(checkpoint, { net })).rejects.toMatchObject({
      expected: "bias of shape [3]",
      got: "[4]",
    });
  });
});

describe("resuming in the middle of an epoch", () => {
  it.each([
    ["other random sources", { random: [] }, "states of 0 random sources"],
    ["another batch size", { batchSize: 4 }, "batches of 8 until the end of the epoch"],
    [
      "other metrics",
      { metrics: { accuracy: accuracy(), top: topK(2) } },
      "metrics loss, accuracy until the end of the epoch",
    ],
    ["a longer loader", { trainLoader: new ShuffledLoader(samples(40), 8) }, "a loader of 3 batches"],
  ])("is refused with %s", async (_, options, expected) => {
    expect(await resumed(options)).toMatchObject({ name: "CheckpointFormatError", expected });
  });

  it("passes over the batches that a loader without positions gave already", async () => {
    const batches: unknown[] = [];
    const parts = small();
    for await (const batch of parts.trainLoader) batches.push(batch);
    const listed = { ...parts, trainLoader: batches as never, random: [new Draws(1)], testLoader: undefined };
    const run = train({ ...listed, batchSize: 8, epochs: 1 });
    for await (const record of run) if (record.type === "step" && record.step === 2) break;
    const resume = await run.snapshot();
    const sizes: number[] = [];
    for await (const record of train({ ...listed, batchSize: 8, epochs: 1, resume })) {
      if (record.type === "step") sizes.push(record.step, record.batch.samples, record.train.samples);
    }
    expect(sizes).toEqual([3, 6, 22]);
  });
});

import { DataLoader, ImageDataset } from "@camada/datasets";
import { BatchNorm, Conv2D, Dense, Dropout, Flatten, Sequential, SoftmaxCrossEntropyLoss } from "@camada/layers";
import { Trainer } from "@camada/optimizers";
import { activeBackend, random, useBackend } from "@camada/tensor";
import { train, type EpochRecord } from "@camada/training";
import { afterEach, describe, expect, it, vi } from "vitest";

/** Where the backend can replay, replays are what is tried here; elsewhere that nothing changes. */
const before = activeBackend()!;
const canReplay = before.backend.compile !== undefined;
afterEach(() => useBackend(before.backend));

const COUNT = 10;
/** Pictures of 14 × 14, so that the lesson's convolutions leave 2 × 2. */
const SIDE = 14;
const source = random.seeded(4);
const pictures = new ImageDataset(
  {
    data: Uint8Array.from(source.integer(COUNT * SIDE * SIDE, 256)),
    shape: [COUNT, 1, SIDE, SIDE],
    layout: "NCHW",
    divisor: 255,
  },
  source.integer(COUNT, 10),
);

/** The lesson's layers, and others before them. */
function net(...first: readonly (BatchNorm | Dropout)[]): Sequential {
  const layers = new Sequential();
  layers.add(
    ...first,
    new Conv2D(6, { kernelSize: 5, activation: "tanh" }),
    new Conv2D(16, { kernelSize: 5, activation: "tanh" }),
    new Conv2D(120, { kernelSize: 5, activation: "tanh" }),
    new Flatten(),
    new Dense(84, { activation: "tanh" }),
    new Dense(10),
  );
  layers.initialize();
  return layers;
}

interface Choice {
  readonly isCompiled: boolean;
  readonly layers?: () => readonly (BatchNorm | Dropout)[];
  readonly residentLimitBytes?: number;
  readonly logEverySteps?: number;
}

/** Two epochs of three steps, the last of each short, with an evaluation and another learning rate after the first. */
async function run({ isCompiled, layers = () => [], residentLimitBytes, logEverySteps }: Choice) {
  await useBackend(isCompiled ? before.backend : { ...before.backend, compile: undefined });
  random.seed(9);
  const trained = net(...layers());
  const forward = vi.spyOn(trained, "forward");
  const trainer = new Trainer(trained.structuralParams(), "sgd", { learningRate: 0.05, momentum: 0.9, wd: 1e-4 });
  const trainLoader = new DataLoader(pictures, { batchSize: 4, shuffle: true, seed: 2 });
  const options = { net: trained, loss: new SoftmaxCrossEntropyLoss(), trainer, trainLoader, epochs: 2 };
  const steps = train({ ...options, testLoader: trainLoader, residentLimitBytes, logEverySteps });
  const rows: Pick<EpochRecord, "train" | "test">[] = [];
  for await (const record of steps) {
    if (record.type !== "epoch") continue;
    rows.push({ train: record.train, test: record.test! });
    trainer.setLearningRate(0.02);
  }
  const weights = trained.state();
  const values = Object.values(weights).map(({ data }) => [...data]);
  const { compileRefusal, residentRefusal } = steps;
  trainer.dispose();
  trained.dispose();
  return { rows, values, passes: forward.mock.calls.length, compileRefusal, residentRefusal };
}

describe("training by replays", () => {
  it("gives the same figures and weights, bit for bit", async () => {
    const [plain, compiled] = [await run({ isCompiled: false }), await run({ isCompiled: true })];
    expect(compiled.rows).toEqual(plain.rows);
    expect(compiled.values).toEqual(plain.values);
    expect(compiled.compileRefusal === undefined).toBe(canReplay);
    // Of four full batches two go through JavaScript, in training and in evaluations.
    expect(plain.passes - compiled.passes).toBe(canReplay ? 4 : 0);
  });

  it("does so too when batches travel whole, and when figures are read once an epoch", async () => {
    const plain = await run({ isCompiled: false });
    for (const choice of [{ residentLimitBytes: 0 }, { logEverySteps: Infinity }]) {
      const compiled = await run({ isCompiled: true, ...choice });
      expect(compiled.rows).toEqual(plain.rows);
      expect(compiled.values).toEqual(plain.values);
      expect(compiled.compileRefusal === undefined).toBe(canReplay);
    }
  });

  it.each([
    ["dropout", () => [new Dropout(0.5)]],
    ["batch normalization", () => [new BatchNorm()]],
  ] as const)("does so too with %s, in short batches between replays and in evaluations", async (_, layers) => {
    const [plain, compiled] = [await run({ isCompiled: false, layers }), await run({ isCompiled: true, layers })];
    expect(compiled.rows).toEqual(plain.rows);
    expect(compiled.values).toEqual(plain.values);
    expect(compiled.compileRefusal === undefined).toBe(canReplay);
    expect(plain.passes - compiled.passes).toBe(canReplay ? 4 : 0);
  });
});

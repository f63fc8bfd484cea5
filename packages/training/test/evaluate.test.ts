import { isTraining } from "@camada/tensor";
import { expectClose, expectNoLeak } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, it } from "vitest";
import { accuracy, confusionMatrix, evaluate, topK, trainStep, worstMistakes, type ImageBatch } from "../src/index.ts";
import { BiasNet, NotingTrainer } from "./bias-net.ts";
import { crossEntropy } from "./losses.ts";
import { batchOf, samples, ShuffledLoader } from "./shuffled-loader.ts";

const identity = { forward: (x: tf.Tensor) => tf.clone(x) };
const DATA = samples(10, 3);
const ORDERED = [batchOf(DATA, [0, 1, 2, 3]), batchOf(DATA, [4, 5, 6, 7]), batchOf(DATA, [8, 9])];

/** Labels that the identity gets wrong at places 3 and 8. */
const WRONG = { ...DATA, labels: DATA.labels.map((label, i) => (i === 3 || i === 8 ? (label + 1) % 3 : label)) };

const lossOf = (i: number) => {
  const row = WRONG.inputs[i]!;
  return Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0)) - row[WRONG.labels[i]!]!;
};

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

describe("evaluate", () => {
  it("gives mean loss and accuracy over all samples", async () => {
    const loader = new ShuffledLoader(WRONG, 4);
    const { loss, samples: count, accuracy: fraction } = await evaluate(identity, crossEntropy, loader);
    expectClose([loss], [WRONG.labels.reduce((sum, _, i) => sum + lossOf(i), 0) / 10]);
    expect(count).toBe(10);
    expect(fraction).toBe(0.8);
  });

  it("measures what it is asked to", async () => {
    const metrics = { top: topK(3), confusion: confusionMatrix(3), worst: worstMistakes(5), accuracy: accuracy() };
    const result = await evaluate(identity, crossEntropy, new ShuffledLoader(WRONG, 4), { metrics });
    expect(result.top).toBe(1);
    expect(result.confusion.flat().reduce((a, b) => a + b)).toBe(10);
    expect(result.confusion[0]![0]! + result.confusion[1]![1]! + result.confusion[2]![2]!).toBe(8);
    const places = [3, 8].toSorted((a, b) => lossOf(b) - lossOf(a));
    expect(result.worst.map((mistake) => mistake.index)).toEqual(places);
    expect(result.worst.map((mistake) => mistake.label)).toEqual(places.map((i) => WRONG.labels[i]));
    expect(result.worst.map((mistake) => mistake.predicted)).toEqual(places.map((i) => DATA.labels[i]));
    expectClose(
      result.worst.map((mistake) => mistake.loss),
      places.map(lossOf),
    );
  });

  it("counts the places of samples on where batches do not name them", async () => {
    const batches = [batchOf(WRONG, [0, 1, 2, 3]), batchOf(WRONG, [4, 5, 6, 7, 8, 9])].map(({ arrays }) => ({
      arrays,
    }));
    const { worst } = await evaluate(identity, crossEntropy, batches, { metrics: { worst: worstMistakes(5) } });
    expect(new Set(worst.map((mistake) => mistake.index))).toEqual(new Set([3, 8]));
  });

  it("runs in prediction mode, frees its tensors and puts the loader back", async () => {
    const modes: boolean[] = [];
    const net = {
      forward(x: tf.Tensor) {
        modes.push(isTraining());
        return tf.clone(x);
      },
    };
    const loader = new ShuffledLoader(DATA, 4);
    loader.restore({ epoch: 2, batch: 1 });
    await expectNoLeak(() => evaluate(net, crossEntropy, loader));
    expect(modes).toEqual([false, false]);
    expect(loader.state()).toEqual({ epoch: 2, batch: 1 });
  });

  it("throws the signal's reason when aborted between two batches", async () => {
    const controller = new AbortController();
    const net = {
      forward(x: tf.Tensor) {
        controller.abort(new Error("enough"));
        return tf.clone(x);
      },
    };
    const run = evaluate(net, crossEntropy, ORDERED, { signal: controller.signal });
    await expect(run).rejects.toThrow("enough");
  });

  it("refuses a loader without samples", async () => {
    await expect(evaluate(identity, crossEntropy, [])).rejects.toMatchObject({
      name: "TrainingOptionError",
      op: "evaluate",
      expected: "a loader with samples",
      got: "none",
    });
  });
});

describe("trainStep", () => {
  it("updates once and gives the figures before the update", async () => {
    const net = new BiasNet(3);
    cleanups.push(() => net.dispose());
    const trainer = new NotingTrainer(net, () => net.set([9, 9, 0]));
    const result = await trainStep(net, crossEntropy, trainer, batchOf(WRONG, [2, 3]));
    expectClose([result.loss], [(lossOf(2) + lossOf(3)) / 2]);
    expect(result).toMatchObject({ samples: 2, accuracy: 0.5 });
    expect(trainer.batchSizes).toEqual([2]);
    await trainStep(net, crossEntropy, trainer, batchOf(WRONG, [2, 3]), { batchSize: 128 });
    expect(trainer.batchSizes).toEqual([2, 128]);
  });

  it("updates nothing where the loss is not finite", async () => {
    const net = new BiasNet(3);
    cleanups.push(() => net.dispose());
    net.set([NaN, 0, 0]);
    const trainer = new NotingTrainer(net);
    const { loss } = await trainStep(net, crossEntropy, trainer, batchOf(WRONG, [2, 3]));
    expect(loss).toBe(NaN);
    expect(trainer.batchSizes).toEqual([]);
  });
});

describe("batches of images", () => {
  const images = { data: Uint8Array.of(0, 51, 102, 255), shape: [2, 1, 1, 2] as const, divisor: 255 };
  const labels = Int32Array.of(0, 1);

  async function seen(batch: ImageBatch): Promise<{ shape: number[]; values: Float32Array }> {
    let result: { shape: number[]; values: Float32Array } | undefined;
    const net = {
      forward(x: tf.Tensor) {
        result = { shape: x.shape, values: x.dataSync<"float32">().slice() };
        return tf.reshape(x, [x.shape[0], -1]);
      },
    };
    await evaluate(net, crossEntropy, [batch]);
    return result!;
  }

  it("are scaled by their divisor", async () => {
    const { shape, values } = await seen({ images, labels });
    expect(shape).toEqual([2, 1, 1, 2]);
    expect([...values]).toEqual([0, 51 / 255, 102 / 255, 1].map(Math.fround));
  });

  it("are turned to NCHW", async () => {
    const data = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    const { shape, values } = await seen({
      images: { data, shape: [1, 2, 2, 2], divisor: 1, layout: "NHWC" },
      labels: Int32Array.of(0),
    });
    expect(shape).toEqual([1, 2, 2, 2]);
    expect([...values]).toEqual([1, 3, 5, 7, 2, 4, 6, 8]);
  });

  it("are normalized on the device", async () => {
    const normalization = { mean: [0.5], std: [0.25] };
    const { values } = await seen({ images: { ...images, normalization }, labels });
    const f = Math.fround;
    expect([...values]).toEqual([0, 51, 102, 255].map((byte) => f(f(f(byte / 255) - 0.5) / 0.25)));
  });

  it("are refused when labels are missing", async () => {
    await expect(seen({ images, labels: Int32Array.of(0) })).rejects.toMatchObject({
      name: "TrainingOptionError",
      expected: "2 labels, one per image",
      got: "1",
    });
  });

  it("are refused as arrays when there are not two of one length", async () => {
    const array = (n: number) => ({ data: new Float32Array(n), shape: [n, 1] });
    const wrong = [{ arrays: [array(2)] }, { arrays: [array(2), array(3)] }];
    await expect(evaluate(identity, crossEntropy, [wrong[0]!])).rejects.toMatchObject({ got: "1" });
    await expect(evaluate(identity, crossEntropy, [wrong[1]!])).rejects.toMatchObject({ got: "[2, 1] and [3, 1]" });
  });
});

import { describe, expect, it } from "vitest";
import type { ImageBatch } from "../src/index.ts";
import {
  ArrayDataset,
  Compose,
  DataLoader,
  DataOptionError,
  ImageDataset,
  RandomCrop,
  RandomFlipLeftRight,
  SimpleDataset,
  ToTensor,
} from "../src/index.ts";

/** Pictures whose pixels tell them apart. */
function pictures(n: number): ImageDataset {
  const data = Uint8Array.from({ length: 16 * n }, (_, i) => (i * 7 + (i >> 4)) % 256);
  return new ImageDataset(
    { data, shape: [n, 4, 4, 1], layout: "NHWC", divisor: 1 },
    Array.from({ length: n }, (_, i) => i % 10),
  );
}

const augment = new Compose([new RandomCrop(4, { pad: 1 }), new RandomFlipLeftRight(), new ToTensor()]);
const options = { batchSize: 8, shuffle: true, seed: 11 } as const;

async function collect<B>(batches: AsyncIterable<B>): Promise<B[]> {
  const all: B[] = [];
  for await (const batch of batches) all.push(batch);
  return all;
}

describe("DataLoader", () => {
  it("gives the lesson's batches: uint8 in NCHW with divisor 255, labels and indices", async () => {
    const loader = new DataLoader(pictures(20).transformFirst(new ToTensor()), { batchSize: 8 });
    expect(loader.length).toBe(3);
    const batches = await collect(loader);
    expect(batches.map(({ images }) => images.shape)).toEqual([
      [8, 1, 4, 4],
      [8, 1, 4, 4],
      [4, 1, 4, 4],
    ]);
    expect(batches[1]).toMatchObject({ images: { layout: "NCHW", divisor: 255 } });
    expect(batches[1]?.labels).toEqual(Int32Array.of(8, 9, 0, 1, 2, 3, 4, 5));
    expect(batches[1]?.indices).toEqual(Int32Array.of(8, 9, 10, 11, 12, 13, 14, 15));
    expect(batches[1]?.images.data).toBeInstanceOf(Uint8Array);
  });

  it("follows order(epoch), and goes on with the next epoch", async () => {
    const loader = new DataLoader(pictures(20), options);
    for (const epoch of [0, 1]) {
      expect(loader.state()).toEqual({ seed: 11, epoch, batch: 0 });
      const seen = (await collect(loader)).flatMap(({ indices }) => [...indices]);
      expect(seen).toEqual([...loader.order(epoch)]);
    }
    expect([...loader.order(0)]).not.toEqual([...loader.order(1)]);
  });

  it("stands at the batch after the one in use", async () => {
    const loader = new DataLoader(pictures(20), options);
    const states = [];
    for await (const _ of loader) states.push(loader.state());
    expect(states).toEqual([
      { seed: 11, epoch: 0, batch: 1 },
      { seed: 11, epoch: 0, batch: 2 },
      { seed: 11, epoch: 1, batch: 0 },
    ]);
  });

  it("gives its batches as places alone, at the same positions, and the samples that they are rows of", async () => {
    const dataset = pictures(20).transformFirst(new ToTensor()).materialize();
    const [whole, places] = [new DataLoader(dataset, options), new DataLoader(dataset, options)];
    const { images, labels, indices } = places.samples!;
    expect(images.data).toBe((dataset.images as ImageBatch["images"]).data);
    expect([...indices]).toEqual(Array.from({ length: 20 }, (_, i) => i));
    for (let epoch = 0; epoch < 2; epoch++) {
      const rows = places.indexBatches();
      for await (const batch of whole) {
        const { indices: picked } = (await rows.next()).value!;
        expect(picked).toEqual(batch.indices);
        expect(picked.map((i) => labels[i]!)).toEqual(batch.labels);
        const bytes = [...picked].flatMap((i) => [...images.data.subarray(16 * i, 16 * i + 16)]);
        expect(bytes).toEqual([...batch.images.data]);
        expect(places.state()).toEqual(whole.state());
      }
      expect((await rows.next()).done).toBe(true);
    }
  });

  it("has no such samples where batches are made anew, or are rows of something else", () => {
    const dataset = pictures(20);
    const samplesOf = (each: ImageDataset) => new DataLoader(each, options).samples;
    expect(samplesOf(dataset)).toBeDefined();
    expect(samplesOf(dataset.transformFirst(augment))).toBeUndefined();
    expect(samplesOf(dataset.take(10))).toBeUndefined();
    expect(samplesOf(dataset.subset(Int32Array.from({ length: 20 }, (_, i) => 19 - i)))).toBeUndefined();
    expect(new DataLoader(new SimpleDataset([1, 2, 3]), { batchSize: 2 }).samples).toBeUndefined();
  });

  it("resumes at any batch of any epoch with the same numbers", async () => {
    const make = () => new DataLoader(pictures(50).transformFirst(augment), { ...options, lastBatch: "rollover" });
    const whole = make();
    const epochs: ImageBatch[][] = [];
    for (let epoch = 0; epoch < 4; epoch++) epochs.push(await collect(whole.epoch(epoch)));
    for (let epoch = 0; epoch < 4; epoch++) {
      for (let batch = 0; batch < (epochs[epoch]?.length ?? 0); batch++) {
        const resumed = make();
        resumed.restore(JSON.parse(JSON.stringify({ seed: 11, epoch, batch })));
        expect(await collect(resumed)).toEqual(epochs[epoch]?.slice(batch));
        expect(await collect(make().iterate({ epoch, startBatch: batch }))).toEqual(epochs[epoch]?.slice(batch));
        expect(make().batch(epoch, batch)).toEqual(epochs[epoch]?.[batch]);
      }
    }
  });

  it("continues after a break", async () => {
    const loader = new DataLoader(pictures(20), options);
    for await (const _ of loader) break;
    expect(loader.state()).toEqual({ seed: 11, epoch: 0, batch: 1 });
    const rest = (await collect(loader)).flatMap(({ indices }) => [...indices]);
    expect(rest).toEqual([...loader.order(0)].slice(8));
  });

  it("takes the seed along when it is restored", () => {
    const loader = new DataLoader(pictures(20), { ...options, seed: 1 });
    loader.restore({ seed: 11, epoch: 2, batch: 1 });
    expect(loader.order(2)).toEqual(new DataLoader(pictures(20), options).order(2));
    expect(loader.state()).toEqual({ seed: 11, epoch: 2, batch: 1 });
  });

  it("draws augmentation anew in each epoch, and for each seed", async () => {
    const loader = (seed: number) => new DataLoader(pictures(30).transformFirst(augment), { batchSize: 30, seed });
    const bytes = async (seed: number, epoch: number) => (await collect(loader(seed).epoch(epoch)))[0]?.images.data;
    expect(await bytes(1, 0)).toEqual(await bytes(1, 0));
    expect(await bytes(1, 0)).not.toEqual(await bytes(1, 1));
    expect(await bytes(1, 0)).not.toEqual(await bytes(2, 0));
  });

  it("shuffles as NumPy does when asked to", () => {
    const loader = new DataLoader(pictures(10), { batchSize: 3, shuffle: "numpy", seed: 42 });
    // scripts/golden-numbers.py, NumPy 2.4.6
    expect([...loader.order(1)]).toEqual([0, 1, 8, 5, 3, 4, 7, 9, 6, 2]);
    expect([...loader.order(0)]).toEqual([8, 1, 5, 0, 7, 2, 9, 4, 3, 6]);
  });

  it("counts batches as Gluon does", () => {
    const lengths = (lastBatch: "keep" | "discard" | "rollover") => {
      const loader = new DataLoader(pictures(10), { batchSize: 4, lastBatch });
      return [0, 1, 2].map((epoch) => loader.lengthOf(epoch));
    };
    expect(lengths("keep")).toEqual([3, 3, 3]);
    expect(lengths("discard")).toEqual([2, 2, 2]);
    expect(lengths("rollover")).toEqual([2, 3, 2]);
  });

  it("batches columns and plain samples too", async () => {
    const columns = new DataLoader(new ArrayDataset(Float32Array.of(1, 2, 3)), { batchSize: 2 });
    expect((await collect(columns)).map(({ arrays }) => arrays[0]?.data)).toEqual([
      Float32Array.of(1, 2),
      Float32Array.of(3),
    ]);
    const words = new DataLoader(new SimpleDataset(["a", "b", "c"]), { batchSize: 2 });
    expect((await collect(words)).map(({ samples }) => samples)).toEqual([["a", "b"], ["c"]]);
  });

  it("reports a failing sample when its batch is due", async () => {
    const data = new SimpleDataset([0, 1, 2, 3]).transform((x) => {
      if (x === 2) throw new RangeError("sample 2");
      return x;
    });
    const seen: number[] = [];
    const run = async () => {
      for await (const { samples } of new DataLoader(data, { batchSize: 1 })) seen.push(...samples);
    };
    await expect(run()).rejects.toThrow(new RangeError("sample 2"));
    expect(seen).toEqual([0, 1]);
  });

  it("keeps its order safe from callers", () => {
    const loader = new DataLoader(pictures(10), options);
    loader.order(0).fill(0);
    expect(new Set(loader.order(0)).size).toBe(10);
    const sequential = new DataLoader(pictures(10), { batchSize: 5 });
    sequential.batch(0, 0).indices.fill(0);
    expect([...sequential.batch(0, 0).indices]).toEqual([0, 1, 2, 3, 4]);
  });

  it.each([
    [{ batchSize: 0 }, "batchSize to be an integer of at least 1", "0"],
    [{ batchSize: 2.5 }, "batchSize to be an integer of at least 1", "2.5"],
    [{ batchSize: 2, seed: -1 }, "seed to be an integer from 0 to 4294967295", "-1"],
    [{ batchSize: 2, seed: 2 ** 32 }, "seed to be an integer from 0 to 4294967295", "4294967296"],
    [{ batchSize: 2, lastBatch: "drop" as "keep" }, 'lastBatch to be "keep", "discard" or "rollover"', '"drop"'],
    [{ batchSize: 2, prefetch: 0 }, "prefetch to be an integer of at least 1", "0"],
  ])("refuses %j", (wrong, expected, got) => {
    const error = captured(() => new DataLoader(pictures(4), wrong));
    expect(error).toBeInstanceOf(DataOptionError);
    expect(error).toMatchObject({ op: "DataLoader", expected, got });
  });

  it("refuses an empty dataset and batches that do not exist", async () => {
    expect(captured(() => new DataLoader(pictures(4).take(0), options))).toMatchObject({ got: "an empty dataset" });
    const loader = new DataLoader(pictures(20), options);
    expect(captured(() => loader.batch(0, 3))).toMatchObject({ expected: "an index from 0 to 2", got: "3" });
    expect(captured(() => loader.restore({ seed: 0, epoch: 0, batch: 4 }))).toMatchObject({ got: "4" });
    expect(captured(() => loader.order(-1))).toMatchObject({ got: "-1" });
    await expect(collect(loader.iterate({ epoch: 0, startBatch: 4 }))).rejects.toThrow(DataOptionError);
  });
});

function captured(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was refused");
}

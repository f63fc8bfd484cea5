import { describe, expect, it } from "vitest";
import type { ImageArray } from "../src/index.ts";
import {
  ArrayDataset,
  Compose,
  DataOptionError,
  image,
  ImageDataset,
  RandomFlipLeftRight,
  Resize,
  seededRandom,
  SimpleDataset,
  ToTensor,
} from "../src/index.ts";

/** n pictures of 1 × 2 pixels: picture i holds 2i and 2i + 1; its label is i mod 3. */
function pictures(n: number): ImageDataset {
  const data = Uint8Array.from({ length: 2 * n }, (_, i) => i);
  const images: ImageArray = { data, shape: [n, 1, 2, 1], layout: "NHWC", divisor: 1 };
  return new ImageDataset(
    images,
    Array.from({ length: n }, (_, i) => i % 3),
    { classNames: ["a", "b", "c"] },
  );
}

describe("SimpleDataset", () => {
  const words = new SimpleDataset(["a", "b", "c", "d", "e"]);

  it("takes, shards, filters, transforms and iterates", () => {
    expect([...words]).toEqual(["a", "b", "c", "d", "e"]);
    expect([...words.take(2)]).toEqual(["a", "b"]);
    expect([...words.take(9)]).toHaveLength(5);
    expect([0, 1, 2].map((i) => [...words.shard(3, i)].join(""))).toEqual(["ab", "cd", "e"]);
    expect(Array.from(words.filter((word) => word > "b"))).toEqual(["c", "d", "e"]);
    expect([...words.transform((word) => word + word)]).toEqual(["aa", "bb", "cc", "dd", "ee"]);
    expect(words.filter((word) => word > "b").batch(Int32Array.of(2, 0)).samples).toEqual(["e", "c"]);
  });

  it("transforms lazily, with random numbers of seed, epoch and index", () => {
    const drawn = words.transform((word, random) => `${word}${random.uint32()}`);
    const draw = { seed: 4, epoch: 2 };
    const expected = [`c${seededRandom(4, 2, 2).uint32()}`, `a${seededRandom(4, 2, 0).uint32()}`];
    expect(drawn.batch(Int32Array.of(2, 0), draw).samples).toEqual(expected);
  });

  it("refuses what is out of range", () => {
    for (const index of [-1, 5, 0.5, Number.NaN]) expect(() => words.get(index)).toThrow(DataOptionError);
    expect(() => words.shard(3, 3)).toThrow("Dataset.shard: expected an index from 0 to 2, got 3");
    expect(() => words.shard(0, 0)).toThrow("Dataset.shard: expected at least 1 shard, got 0");
    expect(() => words.take(-1)).toThrow("Dataset.take: expected a count of at least 0, got -1");
  });
});

describe("ArrayDataset", () => {
  const x = { data: Float32Array.from({ length: 6 }, (_, i) => i / 2), shape: [3, 2] };
  const y = Int32Array.of(7, 8, 9);

  it("pairs rows and labels, and stacks batches of the same type", () => {
    const both = new ArrayDataset(x, y);
    const [row, label] = both.get(1);
    expect(row).toEqual({ data: Float32Array.of(1, 1.5), shape: [2] });
    expect(label).toBe(8);
    const { arrays, indices } = both.batch(Int32Array.of(2, 0));
    expect(arrays[0]).toEqual({ data: Float32Array.of(2, 2.5, 0, 0.5), shape: [2, 2] });
    expect(arrays[1]).toEqual({ data: Int32Array.of(9, 7), shape: [2] });
    expect(indices).toEqual(Int32Array.of(2, 0));
  });

  it("gives bare items with one array", () => {
    expect([...new ArrayDataset(y)]).toEqual([7, 8, 9]);
    expect([...new ArrayDataset(y).filter((label) => label !== 8).take(2)]).toEqual([7, 9]);
  });

  it("refuses columns that do not fit", () => {
    expect(() => new ArrayDataset(x, Int32Array.of(1))).toThrow(
      "ArrayDataset: expected arrays of equal length, got 3, 1",
    );
    expect(() => new ArrayDataset({ data: y, shape: [3, 2] })).toThrow(
      "ArrayDataset: expected 6 numbers for shape [3, 2], got 3",
    );
    expect(() => new ArrayDataset()).toThrow(DataOptionError);
  });
});

describe("ImageDataset", () => {
  it("gives samples that are views, and batches that are copies", () => {
    const data = pictures(4);
    const { image: picture, label } = data.get(2);
    expect(picture).toEqual({ data: Uint8Array.of(4, 5), shape: [1, 2, 1], layout: "HWC", divisor: 1 });
    expect(label).toBe(2);
    expect(picture.data.buffer).toBe((data.images as ImageArray).data.buffer);
    const batch = data.batch(Int32Array.of(3, 0));
    expect(batch).toEqual({
      images: { data: Uint8Array.of(6, 7, 0, 1), shape: [2, 1, 2, 1], layout: "NHWC", divisor: 1 },
      labels: Int32Array.of(0, 0),
      indices: Int32Array.of(3, 0),
    });
    batch.images.data.fill(99);
    expect(data.get(3).image.data).toEqual(Uint8Array.of(6, 7));
  });

  it("keeps pictures and labels together through views of views", () => {
    const view = pictures(12)
      .filter(({ label }) => label !== 1)
      .shard(2, 1)
      .take(3);
    expect(view).toBeInstanceOf(ImageDataset);
    expect([...view].map(({ image: { data }, label }) => [data[0], label])).toEqual([
      [12, 0],
      [16, 2],
      [18, 0],
    ]);
    expect(view.labels).toEqual(Int32Array.of(0, 2, 0));
  });

  it("transforms the picture only, lazily, in the order written", () => {
    const data = pictures(3)
      .transformFirst(new Resize([4, 2]))
      .transformFirst(new ToTensor());
    expect(data.get(1)).toMatchObject({ image: { shape: [1, 2, 4], layout: "CHW", divisor: 255 }, label: 1 });
    const { images } = data.batch(Int32Array.of(0, 1));
    expect(images).toMatchObject({ shape: [2, 1, 2, 4], layout: "NCHW", divisor: 255 });
  });

  it("materializes up to the first random transform", () => {
    const flip = new RandomFlipLeftRight();
    const lazy = pictures(40)
      .take(30)
      .transformFirst(new Compose([new Resize([2, 2]), flip, new ToTensor()]));
    const ready = lazy.materialize();
    expect(ready.transforms.map(({ kind }) => kind)).toEqual(["RandomFlipLeftRight", "ToTensor"]);
    expect((ready.images as ImageArray).shape).toEqual([30, 2, 2, 1]);
    const indices = Int32Array.from({ length: 30 }, (_, i) => 29 - i);
    const draws = [0, 1].map((epoch) => ({ seed: 3, epoch }));
    for (const draw of draws) expect(ready.batch(indices, draw)).toEqual(lazy.batch(indices, draw));
    expect(ready.batch(indices, draws[0])).not.toEqual(ready.batch(indices, draws[1]));
  });

  it("materializes deterministic transforms for good", () => {
    const ready = pictures(5).transformFirst(new ToTensor()).materialize();
    expect(ready.transforms).toEqual([]);
    expect(ready.classNames).toEqual(["a", "b", "c"]);
    expect(ready.images).toMatchObject({ shape: [5, 1, 1, 2], layout: "NCHW", divisor: 255 });
    expect(ready.labels).toEqual(pictures(5).labels);
  });

  it("holds pictures of several sizes, which a batch must not", () => {
    const ragged = new ImageDataset([image(new Uint8Array(2), [1, 2, 1]), image(new Uint8Array(3), [1, 3, 1])], [0, 1]);
    expect(ragged.get(1).image.shape).toEqual([1, 3, 1]);
    expect(() => ragged.batch(Int32Array.of(0, 1))).toThrow(
      "batch: expected pictures alike, uint8 HWC [1, 2, 1] with divisor 1, got uint8 HWC [1, 3, 1] with divisor 1 at index 1; add a Resize",
    );
    expect(ragged.transformFirst(new Resize(4)).materialize().batch(Int32Array.of(1)).images.shape).toEqual([
      1, 4, 4, 1,
    ]);
  });

  it("refuses labels and pictures that disagree", () => {
    const { images } = pictures(2);
    expect(() => new ImageDataset(images, [0])).toThrow(
      "ImageDataset: expected a label for each of 2 pictures, got 1 labels",
    );
    expect(() => new ImageDataset(images, [0, 3], { classNames: ["a", "b", "c"] })).toThrow(
      "ImageDataset: expected labels from 0 to 2, got 3",
    );
    expect(() => new ImageDataset({ ...(images as ImageArray), shape: [2, 2, 2, 1] }, [0, 1])).toThrow(
      "ImageDataset: expected 8 numbers for shape [2, 2, 2, 1], got 4",
    );
    expect(() => pictures(2).get(2)).toThrow("Dataset.get: expected an index from 0 to 1, got 2");
    expect(() => pictures(2).batch(Int32Array.of(2))).toThrow(DataOptionError);
  });
});

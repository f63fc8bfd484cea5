import { describe, expect, it } from "vitest";
import type { Image, Transform } from "../src/index.ts";
import {
  applyTransform,
  CenterCrop,
  Cast,
  Compose,
  DataOptionError,
  image,
  Normalize,
  RandomCrop,
  RandomFlipLeftRight,
  RandomFlipTopBottom,
  RandomResizedCrop,
  Resize,
  resizeBilinear,
  seededRandom,
  toFloat32,
  ToTensor,
} from "../src/index.ts";

/** h · w · c numbers counted from 0. */
function counted(h: number, w: number, c = 1): Image {
  return image(
    Uint8Array.from({ length: h * w * c }, (_, i) => i),
    [h, w, c],
  );
}

function numbers(transform: Transform, picture: Image, seed = 0): number[] {
  return [...applyTransform(transform, picture, seededRandom(seed)).data];
}

function refusal(run: () => unknown): DataOptionError {
  try {
    run();
  } catch (error) {
    if (error instanceof DataOptionError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("ToTensor", () => {
  it("turns HWC into CHW, keeps uint8 and records the division", () => {
    const result = applyTransform(new ToTensor(), counted(2, 2, 3));
    expect(result).toMatchObject({ shape: [3, 2, 2], layout: "CHW", divisor: 255 });
    expect(result.data).toEqual(Uint8Array.of(0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11));
  });

  it("gives x / 255 in float32 for all 256 values", () => {
    const values = toFloat32(applyTransform(new ToTensor(), counted(16, 16)));
    expect(values).toEqual(Float32Array.from({ length: 256 }, (_, x) => Math.fround(x) / Math.fround(255)));
    expect([values[0], values[255]]).toEqual([0, 1]);
  });

  it("divides float data too", () => {
    const result = applyTransform(new Compose([new Cast("float32"), new ToTensor()]), counted(1, 2));
    expect(result.data).toBeInstanceOf(Float32Array);
    expect([...toFloat32(result)]).toEqual([0, Math.fround(1 / 255)]);
  });
});

describe("Resize", () => {
  it("takes a side, [width, height], or the short edge", () => {
    const shape = (transform: Resize, h: number, w: number) => applyTransform(transform, counted(h, w)).shape;
    expect(shape(new Resize(6), 4, 8)).toEqual([6, 6, 1]);
    expect(shape(new Resize([3, 5]), 4, 8)).toEqual([5, 3, 1]);
    expect(shape(new Resize(3, { keepRatio: true }), 4, 9)).toEqual([3, 6, 1]);
    expect(shape(new Resize(3, { keepRatio: true }), 9, 4)).toEqual([6, 3, 1]);
  });

  it("is resizeBilinear", () => {
    const picture = counted(7, 5, 3);
    expect(applyTransform(new Resize([9, 4]), picture).data).toEqual(
      resizeBilinear(picture.data as Uint8Array, 7, 5, 3, 4, 9),
    );
  });

  it("refuses other sizes, CHW and float", () => {
    expect(refusal(() => new Resize(0))).toMatchObject({ op: "Resize", got: "0" });
    expect(refusal(() => new Resize([3, 2.5])).got).toBe("[3,2.5]");
    expect(refusal(() => new Resize([1, 2, 3] as unknown as [number, number])).got).toBe("[1,2,3]");
    const chw = applyTransform(new ToTensor(), counted(2, 2));
    expect(refusal(() => applyTransform(new Resize(4), chw)).message).toBe(
      "Resize: expected a picture in HWC, got CHW; put it before ToTensor",
    );
    const float = applyTransform(new Cast(), counted(2, 2));
    expect(refusal(() => applyTransform(new Resize(4), float))).toMatchObject({
      op: "Resize",
      expected: "uint8 pixels",
      got: "float32",
    });
  });
});

describe("Normalize", () => {
  const tensor = applyTransform(new ToTensor(), counted(2, 2, 3));
  const [mean, std] = [
    [0.485, 0.456, 0.406],
    [0.229, 0.224, 0.225],
  ] as const;

  it("computes on the host, each step in float32", () => {
    const result = applyTransform(new Normalize(mean, std), tensor);
    const { fround } = Math;
    const expected = [...tensor.data].map((x, i) => {
      const c = Math.floor(i / 4);
      const value = fround(x / 255);
      return fround(fround(value - fround(mean[c] ?? 0)) / fround(std[c] ?? 1));
    });
    expect(result).toMatchObject({ divisor: 1, layout: "CHW" });
    expect(result.normalization).toBeUndefined();
    expect(result.data).toEqual(Float32Array.from(expected));
  });

  it("deferred: uint8 travels, and the values are the same", () => {
    const deferred = applyTransform(new Normalize(mean, std, { deferred: true }), tensor);
    expect(deferred.data).toBeInstanceOf(Uint8Array);
    expect(deferred).toMatchObject({ divisor: 255, normalization: { mean, std } });
    expect(toFloat32(deferred)).toEqual(applyTransform(new Normalize(mean, std), tensor).data);
  });

  it("acts on the values of one before it", () => {
    const twice = (options: { deferred?: boolean }) =>
      toFloat32(
        applyTransform(new Compose([new Normalize(0.5, 2, options), new Normalize(mean, std, options)]), tensor),
      );
    expect(twice({ deferred: true })).toEqual(twice({}));
  });

  it("refuses HWC, a wrong number of channels, and a std of 0", () => {
    expect(refusal(() => applyTransform(new Normalize(0, 1), counted(2, 2)))).toMatchObject({
      op: "Normalize",
      got: "HWC",
    });
    expect(refusal(() => applyTransform(new Normalize([0, 0], 1), tensor))).toMatchObject({
      expected: "mean to have 1 or 3 numbers",
      got: "2",
    });
    expect(refusal(() => new Normalize(0, 0)).got).toBe("[0]");
    expect(refusal(() => new Normalize(Number.NaN, 1)).got).toBe("[NaN]");
  });
});

describe("Cast", () => {
  it("computes what was deferred, or truncates and clips", () => {
    const tensor = applyTransform(new ToTensor(), counted(1, 2));
    expect(applyTransform(new Cast(), tensor)).toEqual({
      data: Float32Array.of(0, 1 / 255),
      shape: [1, 1, 2],
      layout: "CHW",
      divisor: 1,
    });
    const float: Image = { data: Float32Array.of(-3, 1.9, 300), shape: [1, 1, 3], layout: "HWC", divisor: 1 };
    expect(applyTransform(new Cast("uint8"), float).data).toEqual(Uint8Array.of(0, 1, 255));
  });
});

describe("crops and flips", () => {
  it("CenterCrop takes the middle, or resizes what is too small", () => {
    expect(numbers(new CenterCrop(2), counted(4, 4))).toEqual([5, 6, 9, 10]);
    expect(numbers(new CenterCrop([1, 3]), counted(3, 4))).toEqual([1, 5, 9]);
    expect(numbers(new CenterCrop([4, 4]), image(Uint8Array.of(7, 9, 9, 7), [2, 2, 1]))).toEqual([
      ...resizeBilinear(Uint8Array.of(7, 9, 9, 7), 2, 2, 1, 4, 4),
    ]);
  });

  it("RandomCrop pads with zeros and reaches every place", () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 200; seed++) seen.add(numbers(new RandomCrop(2, { pad: 1 }), counted(2, 2), seed).join());
    expect([...seen].sort()).toEqual(
      ["0,0,0,0", "0,0,0,1", "0,0,1,0", "0,0,0,2", "0,1,2,3", "1,0,3,0", "0,2,0,0", "2,3,0,0", "3,0,0,0"].sort(),
    );
  });

  it("RandomCrop may see nothing but padding", () => {
    for (let seed = 0; seed < 300; seed++) {
      const pixel = numbers(new RandomCrop(1, { pad: 4 }), image(Uint8Array.of(1, 2), [2, 1, 1]), seed).join();
      expect(["0", "1", "2"]).toContain(pixel);
    }
    const seen = new Set<string>();
    for (let seed = 0; seed < 300; seed++) {
      seen.add(numbers(new RandomCrop([1, 2], { pad: 4 }), image(Uint8Array.of(1, 2), [1, 2, 1]), seed).join());
    }
    expect([...seen].sort()).toEqual(["0,0", "0,1", "0,2", "1,0", "2,0"]);
  });

  it("RandomCrop refuses a crop larger than the padded picture", () => {
    const error = refusal(() => applyTransform(new RandomCrop(5, { pad: 1 }), counted(2, 3)));
    expect(error).toMatchObject({
      op: "RandomCrop",
      expected: "a crop that fits the padded picture of 5x4",
      got: "5x5",
    });
  });

  it("flips mirror pixels, not channels", () => {
    const always = { p: 1 };
    expect(numbers(new RandomFlipLeftRight(always), counted(2, 2, 2))).toEqual([2, 3, 0, 1, 6, 7, 4, 5]);
    expect(numbers(new RandomFlipTopBottom(always), counted(2, 2, 2))).toEqual([4, 5, 6, 7, 0, 1, 2, 3]);
    expect(numbers(new RandomFlipLeftRight({ p: 0 }), counted(1, 2))).toEqual([0, 1]);
  });

  it("flip with probability one half", () => {
    let flips = 0;
    for (let seed = 0; seed < 10_000; seed++) {
      if (numbers(new RandomFlipLeftRight(), counted(1, 2), seed)[0] === 1) flips++;
    }
    expect(Math.abs(flips - 5000)).toBeLessThan(200); // four standard deviations
  });

  it("RandomResizedCrop keeps within area and ratio, and gives the size asked for", () => {
    const picture = image(
      Uint8Array.from({ length: 64 * 64 * 2 }, (_, i) => (i % 2 === 0 ? Math.floor(i / 2) % 64 : Math.floor(i / 128))),
      [64, 64, 2],
    );
    for (let seed = 0; seed < 100; seed++) {
      const transform = new RandomResizedCrop([8, 8], { scale: [0.25, 0.5], ratio: [1, 1] });
      const result = applyTransform(transform, picture, seededRandom(seed));
      expect(result.shape).toEqual([8, 8, 2]);
      // Channel 0 holds x: from first to last column a crop of side s spans 7/8 of it.
      const span = ((result.data[14] ?? 0) - (result.data[0] ?? 0)) * (8 / 7);
      expect(span).toBeGreaterThan(32 - 3);
      expect(span).toBeLessThan(64 * Math.SQRT1_2 + 3);
    }
  });

  it("RandomResizedCrop falls back to the middle", () => {
    const wide = { scale: [1, 1], ratio: [4, 4] } as const;
    expect(numbers(new RandomResizedCrop(2, wide), counted(4, 4))).toEqual(numbers(new CenterCrop(2), counted(4, 4)));
  });

  it("refuse options that make no sense", () => {
    expect(refusal(() => new RandomFlipLeftRight({ p: 2 })).got).toBe("2");
    expect(refusal(() => new RandomCrop(3, { pad: -1 })).got).toBe("-1");
    expect(refusal(() => new RandomResizedCrop(3, { scale: [0, 1] })).got).toBe("[0, 1]");
    expect(refusal(() => new RandomResizedCrop(3, { ratio: [2, 1] })).got).toBe("[2, 1]");
  });
});

describe("transforms as data", () => {
  it("do the same after a passage through JSON", () => {
    const transform = new Compose([
      new RandomCrop(5, { pad: 2 }),
      new RandomFlipLeftRight(),
      new Compose([new RandomResizedCrop(4), new RandomFlipTopBottom(), new Resize([6, 3])]),
      new CenterCrop(3),
      new ToTensor(),
      new Normalize([0.5], [0.25]),
      new Cast("float32"),
    ]);
    const plain = JSON.parse(JSON.stringify(transform)) as Transform;
    const picture = counted(6, 6, 3);
    const results = [transform, plain].map((t) => applyTransform(t, picture, seededRandom(8)));
    expect(results[1]).toEqual(results[0]);
    expect(results[0]?.shape).toEqual([3, 3, 3]);
  });

  it("Compose copies the caller's list", () => {
    const list: Transform[] = [new ToTensor()];
    const compose = new Compose(list);
    list.push(new Resize(3));
    expect(compose.transforms).toHaveLength(1);
    expect(list).toHaveLength(2);
  });

  it("refuse a kind that does not exist", () => {
    expect(refusal(() => applyTransform({ kind: "Blur" } as unknown as Transform, counted(1, 1))).got).toBe(
      '{"kind":"Blur"}',
    );
  });
});

import { describe, expect, it } from "vitest";
import { lessonNet, pooledNet } from "../src/net/description.ts";
import { initialWeights } from "../src/net/initial-weights.ts";
import { loadPictures } from "../src/net/pictures.ts";
import { forwardFlops, trainingFlops } from "../src/net/work.ts";

describe("work of a step", () => {
  it("is three products per weight and use, but two in the first layer", () => {
    const conv1 = 28 * 28 * 6 * 25;
    const others = 24 * 24 * 16 * 150 + 20 * 20 * 120 * 400 + 48_000 * 84 + 84 * 10;
    expect(forwardFlops(lessonNet, 1)).toBe(2 * (conv1 + others));
    expect(trainingFlops(lessonNet, 1)).toBe(2 * (2 * conv1 + 3 * others));
    expect(trainingFlops(lessonNet, 1) / 1e6).toBeCloseTo(148.2, 1);
  });

  it("grows with the batch", () => {
    expect(trainingFlops(pooledNet(32), 128)).toBe(128 * trainingFlops(pooledNet(32), 1));
  });
});

describe("initialWeights", () => {
  it("has every parameter of the net, biases zero, weights within Glorot's bound", () => {
    const values = initialWeights(lessonNet, 1);
    expect(values).toHaveLength(4_083_626);
    const bound = Math.sqrt(6 / (25 + 6 * 25));
    const [weight, bias] = [values.subarray(0, 150), values.subarray(150, 156)];
    expect(Math.max(...weight.map(Math.abs))).toBeLessThanOrEqual(bound);
    expect(Math.max(...weight.map(Math.abs))).toBeGreaterThan(0.9 * bound);
    expect([...bias]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it("depends on the seed alone", () => {
    expect(initialWeights(pooledNet(32), 1)).toEqual(initialWeights(pooledNet(224), 1));
    expect(initialWeights(pooledNet(32), 2)).not.toEqual(initialWeights(pooledNet(32), 1));
  });
});

describe("loadPictures", () => {
  it("gives whole batches of values in [0, 1]", async () => {
    const { images, labels, batches } = await loadPictures(32, 512);
    expect(batches).toBe(10);
    expect(images).toHaveLength(5_120 * 1_024);
    expect(labels).toHaveLength(5_120);
    const first = images.subarray(0, 1_024);
    expect(Math.min(...first)).toBe(0);
    expect(Math.max(...first)).toBeGreaterThan(0.5);
    expect(Math.max(...first)).toBeLessThanOrEqual(1);
  });

  it("takes fewer of large pictures, but a batch at least", async () => {
    expect((await loadPictures(224, 32)).batches).toBe(3);
    expect((await loadPictures(224, 128)).batches).toBe(1);
  });
});

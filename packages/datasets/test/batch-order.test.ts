import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { batchCount, batchIndices, numpyOrder, seededOrder, sequentialOrder } from "../src/batch-order.ts";

describe("numpyOrder", () => {
  // scripts/golden-numbers.py, NumPy 2.4.6: RandomState(seed), then shuffle(arange(10)) once per epoch.
  const golden = {
    0: [
      [2, 8, 4, 9, 1, 6, 7, 3, 0, 5],
      [3, 5, 1, 2, 9, 8, 0, 6, 7, 4],
      [2, 3, 8, 4, 5, 1, 0, 6, 9, 7],
    ],
    42: [
      [8, 1, 5, 0, 7, 2, 9, 4, 3, 6],
      [0, 1, 8, 5, 3, 4, 7, 9, 6, 2],
      [9, 2, 0, 6, 8, 5, 3, 7, 1, 4],
    ],
    4294967295: [
      [6, 9, 5, 1, 8, 0, 7, 4, 2, 3],
      [9, 0, 3, 4, 1, 5, 8, 7, 6, 2],
      [3, 5, 2, 6, 9, 1, 8, 7, 0, 4],
    ],
  };

  it.each(Object.entries(golden))("shuffles as NumPy does with seed %s", (seed, epochs) => {
    const order = numpyOrder(10, Number(seed));
    expect(epochs.map((_, epoch) => [...order(epoch)])).toEqual(epochs);
  });

  it("gives any epoch in any order", () => {
    const order = numpyOrder(10, 42);
    expect([...order(2)]).toEqual(golden[42][2]);
    expect([...order(0)]).toEqual(golden[42][0]);
    expect([...order(2)]).toEqual(golden[42][2]);
    expect([...order(1)]).toEqual(golden[42][1]);
  });

  it("shuffles 60,000 samples as NumPy does", () => {
    const order = numpyOrder(60_000, 7);
    const sha256 = (epoch: number) => createHash("sha256").update(order(epoch)).digest("hex");
    expect([...order(0).subarray(0, 5)]).toEqual([25170, 10935, 43596, 13970, 24883]);
    expect(sha256(0)).toBe("c0eb875b596f1efbbd24a3ae21bdf197b81c34366369eb518d1a441a21ee5549");
    expect(sha256(1)).toBe("081f55296966f8bb56611c44832e97686bf72a29cad84f803a11714799a89c5c");
  });
});

describe("seededOrder", () => {
  it("is a permutation that depends on seed and epoch only", () => {
    const order = seededOrder(1000, 5);
    const third = [...order(3)];
    expect([...third].sort((a, b) => a - b)).toEqual([...Array(1000).keys()]);
    expect([...seededOrder(1000, 5)(3)]).toEqual(third);
    expect([...order(4)]).not.toEqual(third);
    expect([...seededOrder(1000, 6)(3)]).not.toEqual(third);
  });

  it("puts every sample everywhere equally often", () => {
    const order = seededOrder(4, 1);
    const counts = new Map<string, number>();
    for (let epoch = 0; epoch < 24_000; epoch++) {
      const key = order(epoch).join("");
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    // 24 orders, 1,000 of each expected; the statistic exceeds 49.7 once in a thousand seeds.
    const chiSquared = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(counts.size).toBe(24);
    expect(chiSquared).toBeLessThan(49.7);
  });
});

describe("batches of 10 samples, 4 at a time", () => {
  const order = sequentialOrder(10);
  const epochs = (lastBatch: "keep" | "discard" | "rollover", count: number) =>
    Array.from({ length: count }, (_, epoch) =>
      Array.from({ length: batchCount(10, 4, lastBatch, epoch) }, (__, index) => [
        ...batchIndices(order, 10, 4, lastBatch, epoch, index),
      ]),
    );

  it("keep gives the short batch", () => {
    expect(epochs("keep", 1)).toEqual([
      [
        [0, 1, 2, 3],
        [4, 5, 6, 7],
        [8, 9],
      ],
    ]);
  });

  it("discard leaves it out", () => {
    expect(epochs("discard", 1)).toEqual([
      [
        [0, 1, 2, 3],
        [4, 5, 6, 7],
      ],
    ]);
  });

  it("rollover puts it before the next epoch, whose length counts it", () => {
    expect(epochs("rollover", 3)).toEqual([
      [
        [0, 1, 2, 3],
        [4, 5, 6, 7],
      ],
      [
        [8, 9, 0, 1],
        [2, 3, 4, 5],
        [6, 7, 8, 9],
      ],
      [
        [0, 1, 2, 3],
        [4, 5, 6, 7],
      ],
    ]);
  });

  it("rollover gathers several epochs that are smaller than a batch", () => {
    const small = sequentialOrder(3);
    const lengths = [0, 1, 2, 3].map((epoch) => batchCount(3, 7, "rollover", epoch));
    expect(lengths).toEqual([0, 0, 1, 0]);
    expect([...batchIndices(small, 3, 7, "rollover", 2, 0)]).toEqual([0, 1, 2, 0, 1, 2, 0]);
  });

  it("rollover carries what each epoch's own order leaves", () => {
    const shuffled = seededOrder(10, 3);
    const carried = batchIndices(shuffled, 10, 4, "rollover", 1, 0);
    expect([...carried]).toEqual([...shuffled(0).slice(8), ...shuffled(1).slice(0, 2)]);
  });
});

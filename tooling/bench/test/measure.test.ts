import { describe, expect, it } from "vitest";
import { measure, median } from "../src/measure.ts";

describe("median", () => {
  it("is the middle value, or the mean of the two in the middle", () => {
    expect(median([5])).toBe(5);
    expect(median([9, 1, 4])).toBe(4);
    expect(median([10, 1, 4, 2])).toBe(3);
  });

  it("compares numbers, not their digits, and leaves its argument alone", () => {
    const values = [10, 9, 100];
    expect(median(values)).toBe(10);
    expect(values).toEqual([10, 9, 100]);
  });

  it("refuses an empty list", () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe("measure", () => {
  it("runs candidates in turns, every other round backwards, and times only what comes after the warm-up", async () => {
    const log: string[] = [];
    let clockMs = 0;
    const candidate = (name: string, durationMs: number) => ({
      name,
      about: `takes ${durationMs} ms`,
      prepare: () => {
        clockMs += 1000;
        log.push(`prepare ${name}`);
      },
      run: async () => {
        await Promise.resolve();
        clockMs += durationMs;
        log.push(name);
      },
    });
    const measurements = await measure([candidate("a", 1), candidate("b", 2)], {
      rounds: 2,
      warmups: 1,
      now: () => clockMs,
    });
    expect(log.filter((entry) => !entry.startsWith("prepare"))).toEqual(["b", "a", "a", "b", "b", "a"]);
    expect(log.slice(0, 4)).toEqual(["prepare b", "b", "prepare a", "a"]);
    expect(measurements).toEqual([
      { name: "a", about: "takes 1 ms", samplesMs: [1, 1] },
      { name: "b", about: "takes 2 ms", samplesMs: [2, 2] },
    ]);
  });

  it("hands on a failure", async () => {
    const broken = { name: "broken", about: "", run: () => Promise.reject(new Error("no such kernel")) };
    await expect(measure([broken], { rounds: 1, warmups: 0 })).rejects.toThrow("no such kernel");
  });
});

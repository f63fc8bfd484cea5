import "@tensorflow/tfjs-backend-cpu";
import { describe, expect, it } from "vitest";
import { randomTensor } from "../src/index.ts";

describe("randomTensor", () => {
  it("depends on its seed alone", () => {
    const values = (seed: number) => [...randomTensor([8], { seed }).dataSync()];
    expect(values(7)).toEqual(values(7));
    expect(values(7)).not.toEqual(values(8));
  });

  it("stays in its range, away from the kinks, on a grid of 2^-10", () => {
    const values = randomTensor([50, 40], { low: -3, high: 5, kinks: [0, 1], margin: 0.25 }).dataSync();
    expect(Math.min(...values)).toBeGreaterThanOrEqual(-3);
    expect(Math.max(...values)).toBeLessThanOrEqual(5);
    expect(Math.min(...values)).toBeLessThan(-2.9);
    expect(Math.max(...values)).toBeGreaterThan(4.9);
    for (const value of values) {
      expect(Math.min(Math.abs(value), Math.abs(value - 1))).toBeGreaterThanOrEqual(0.25);
      expect(value * 1024).toBe(Math.round(value * 1024));
    }
  });

  it("spreads distinct values evenly and shuffles them", () => {
    const values = [...randomTensor([3, 10], { distinct: true }).dataSync()];
    const sorted = values.toSorted((a, b) => a - b);
    expect(values).not.toEqual(sorted);
    sorted.slice(1).forEach((value, i) => expect(value - sorted[i]!).toBeGreaterThan(0.125));
    expect(sorted.at(0)).toBe(-2);
    expect(sorted.at(-1)).toBe(2);
  });

  it("refuses a range without room", () => {
    expect(() => randomTensor([1], { low: -0.1, high: 0.1 })).toThrow(RangeError);
  });
});

import { describe, expect, it } from "vitest";
import { median, summarize } from "../src/statistics.ts";

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

describe("summarize", () => {
  it("gives median, least and greatest", () => {
    expect(summarize([3, 8, 1])).toEqual({ medianMs: 3, minMs: 1, maxMs: 8 });
  });
});

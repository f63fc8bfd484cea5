import { describe, expect, it } from "vitest";
import { requireInteger, ShapeError, shapeText, sizeOf } from "../src/index.ts";

describe("shapes", () => {
  it("have a size and a text", () => {
    expect([sizeOf([2, 3, 4]), sizeOf([]), sizeOf([5, 0])]).toEqual([24, 1, 0]);
    expect([shapeText([8, 3, 32, 32]), shapeText([])]).toEqual(["[8, 3, 32, 32]", "[]"]);
  });
});

describe("requireInteger", () => {
  it("gives the value back, or refuses it by name", () => {
    expect(requireInteger("Dense", "units", 1, 1)).toBe(1);
    for (const value of [0, 1.5, NaN, "3" as unknown as number]) {
      expect(() => requireInteger("Dense", "units", value, 1)).toThrow(ShapeError);
    }
    expect(() => requireInteger("Dense", "units", 0, 1)).toThrow(
      "Dense: expected units to be an integer of at least 1, got 0",
    );
  });
});

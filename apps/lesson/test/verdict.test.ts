import { describe, expect, it } from "vitest";
import { compareBands, compareNumbers, compareOneOf, compareTexts, notComparable, verdictOf } from "../src/verdict.ts";

const what = { "pt-BR": "números", en: "numbers" };
const against = "notebook" as const;

describe("compareNumbers", () => {
  it("is equal for the same numbers, and keeps each of them", () => {
    const check = compareNumbers({ what, against, live: [1, 2], expected: [1, 2], names: ["a", "b"] });
    expect(check).toMatchObject({ kind: "equal", tolerance: 0, worst: 0 });
    expect(check.items).toEqual([
      { name: "a", live: 1, expected: 1, agrees: true },
      { name: "b", live: 2, expected: 2, agrees: true },
    ]);
  });

  it("differs by one last digit of float32", () => {
    const live = Math.fround(0.1) + 2 ** -27;
    const check = compareNumbers({ what, against, live: [live], expected: [Math.fround(0.1)] });
    expect(check.kind).toBe("different");
    expect(check.items[0]!.agrees).toBe(false);
  });

  it("allows a tolerance and reports the largest difference", () => {
    const question = { what, against, live: [1, 2.5], expected: [1, 2] };
    expect(compareNumbers({ ...question, tolerance: 0.5 })).toMatchObject({ kind: "equal", worst: 0.5 });
    expect(compareNumbers({ ...question, tolerance: 0.4 })).toMatchObject({ kind: "different", worst: 0.5 });
  });

  it("never takes NaN for a number, not even for NaN", () => {
    const live = [Number.NaN];
    expect(compareNumbers({ what, against, live, expected: [1], tolerance: Infinity }).kind).toBe("different");
    expect(compareNumbers({ what, against, live, expected: [Number.NaN] }).kind).toBe("different");
  });

  it("differs when a number is missing or there is one too many", () => {
    const check = compareNumbers({ what, against, live: [1], expected: [1, 2] });
    expect(check).toMatchObject({ kind: "different", reason: { en: "expected 2 values, got 1" } });
    expect(compareNumbers({ what, against, live: [1, 2], expected: [1] }).kind).toBe("different");
  });

  it("refuses to call nothing equal to nothing", () => {
    expect(() => compareNumbers({ what, against, live: [], expected: [] })).toThrow(/got none/);
    expect(() => compareTexts({ what, against, live: [], expected: [] })).toThrow(/got none/);
    expect(() => compareBands({ what, against, values: [], band: what })).toThrow(/got none/);
    expect(() => verdictOf([])).toThrow(/got none/);
  });
});

describe("compareTexts", () => {
  it("wants every character", () => {
    expect(compareTexts({ what, against, live: ["(8, 8)"], expected: ["(8, 8)"] }).kind).toBe("equal");
    const check = compareTexts({ what, against, live: ["(8,8)"], expected: ["(8, 8)"], names: ["shape"] });
    expect(check).toMatchObject({
      kind: "different",
      reason: {
        en: "1 of 1 does not agree; shape: (8,8) ≠ (8, 8)",
        "pt-BR": "1 de 1 não confere; shape: (8,8) ≠ (8, 8)",
      },
    });
  });
});

describe("compareBands", () => {
  const band = { "pt-BR": "faixa", en: "band" };
  it.each([
    [0.924, "compatible"],
    [0.935, "compatible"],
    [0.9239, "different"],
    [0.9351, "different"],
    [Number.NaN, "different"],
  ])("%d is %s with 0.924 … 0.935", (live, kind) => {
    const values = [{ name: "test accuracy", live, low: 0.924, high: 0.935 }];
    expect(compareBands({ what, against: "runs", values, band }).kind).toBe(kind);
  });
});

describe("compareOneOf", () => {
  it("is compatible with what is allowed and different from the rest", () => {
    const question = { what, against, name: "device", allowed: ["cpu(0)", "gpu(0)"], band: what };
    expect(compareOneOf({ ...question, live: "cpu(0)" }).kind).toBe("compatible");
    expect(compareOneOf({ ...question, live: "cpu" }).kind).toBe("different");
  });
});

describe("verdictOf", () => {
  const equal = compareNumbers({ what, against, live: [1], expected: [1] });
  const different = compareNumbers({ what, against, live: [1], expected: [2] });
  const compatible = compareOneOf({ what, against, name: "a", live: "b", allowed: ["b"], band: what });
  const silent = notComparable(what, what);

  it.each([
    [[equal], "equal"],
    [[equal, compatible], "compatible"],
    [[compatible, different, equal], "different"],
    [[silent, equal], "equal"],
    [[silent], "not-comparable"],
  ])("is the worst of its checks (%#)", (checks, kind) => {
    expect(verdictOf(checks).kind).toBe(kind);
  });
});

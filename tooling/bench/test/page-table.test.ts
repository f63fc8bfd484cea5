import { describe, expect, it } from "vitest";
import { pageTable, problemOf } from "../src/commands/page.ts";

const rows = [
  { figure: "shell", unit: "kB", values: [41.27], limit: 60 },
  { figure: "usable", unit: "ms", values: [900, 1100, 1300], limit: 1000 },
  { figure: "shift", unit: "", values: [0] },
] as const;

describe("pageTable", () => {
  it("shows medians beside their limits", () => {
    expect(pageTable(rows)).toEqual([
      "figure  median  least   most      limit",
      "shell     41.3   41.3   41.3  kB     60",
      "usable    1100    900   1300  ms   1000",
      "shift    0.000  0.000  0.000",
    ]);
  });
});

describe("problemOf", () => {
  it("names a median beyond its limit, and nothing else", () => {
    expect(rows.flatMap(problemOf)).toEqual(["usable: expected at most 1000 ms, got 1100 ms"]);
  });
});

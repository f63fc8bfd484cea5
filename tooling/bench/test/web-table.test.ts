import { describe, expect, it } from "vitest";
import { webTable } from "../src/commands/web.ts";

describe("webTable", () => {
  it("shows both medians and how many times as fast ours is", () => {
    const summary = (medianMs: number) => ({ medianMs, minMs: medianMs - 1, maxMs: medianMs + 1 });
    const row = { backend: "wasm", batch: 8, work: "step", lossDifference: 0 } as const;
    expect(webTable([{ ...row, ours: summary(40), stock: summary(100) }])).toEqual([
      "backend  batch  work  ours ms  least  most  tfjs ms  least  most  times",
      "wasm         8  step     40.0   39.0  41.0      100   99.0   101   2.50",
    ]);
  });
});

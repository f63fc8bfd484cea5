import { describe, expect, it } from "vitest";
import { footnotes, lessonRow, lessonTable, speedups } from "../src/commands/lesson-table.ts";

const context = {
  precision: "float32" as const,
  peak: { gflops: 200, kind: "avx2" },
  flops: 1e8,
  samples: 100,
  batch: 100,
};
const measured = { about: "a library", losses: [2.3, 1.1], timesMs: [100, 90, 200] };
const ours = lessonRow({ ...measured, name: "Camada float32" }, context);
const slow = lessonRow(
  { ...measured, name: "slow", timesMs: [50, 60] },
  { ...context, samples: 10, note: "ten samples, multiplied" },
);

describe("lessonRow", () => {
  it("works rates out of the median", () => {
    expect(ours).toMatchObject({ medianMs: 100, minMs: 90, maxMs: 200, gflops: 100, share: 0.5, secondsPerEpoch: 60 });
  });

  it("multiplies the times of a smaller batch", () => {
    expect(slow).toMatchObject({ medianMs: 550, minMs: 500, maxMs: 600 });
  });

  it("has no share of a peak that is not known", () => {
    expect(lessonRow({ ...measured, name: "a" }, { ...context, peak: { unknown: "no c++" } }).share).toBeNaN();
  });
});

describe("lessonTable", () => {
  it("marks what is not the same work and shows a dash for what was not measured", () => {
    const failed = lessonRow({ name: "broken", about: "", timesMs: [], losses: [], failure: "no kernel" }, context);
    const rows = [ours, slow, failed];
    expect(lessonTable(rows).slice(0, 2)).toEqual([
      "                ms/step   min  max  GFLOP/s  of peak  s/epoch   first  last loss",
      "Camada float32      100  90.0  200      100     50 %     60.0  2.3000     1.1000",
    ]);
    expect(lessonTable(rows)[2]).toMatch(/^slow\*/);
    expect(lessonTable(rows)[3]).toMatch(/^broken( +–)+$/);
    expect(footnotes(rows)).toContain("failed: broken: no kernel");
    expect(footnotes(rows)).toContain("* slow: ten samples, multiplied");
  });
});

describe("speedups", () => {
  it("compares with the fastest peer of the same precision that did the same work", () => {
    const peer = (name: string, timesMs: number[]) => lessonRow({ ...measured, name, timesMs }, context);
    const other = lessonRow({ ...measured, name: "bf16 peer", timesMs: [10] }, { ...context, precision: "bf16" });
    const rows = [ours, peer("p", [300]), peer("q", [150, 120, 160]), { ...slow, medianMs: 1 }, other];
    expect(speedups(rows)).toEqual(["Camada float32: 1.50 times as fast as q by medians, 1.33 by least times"]);
  });

  it("says nothing without a peer", () => {
    expect(speedups([ours])).toEqual([]);
  });
});

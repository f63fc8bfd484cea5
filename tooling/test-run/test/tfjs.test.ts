import { describe, expect, it } from "vitest";
import { conclude } from "../src/report.ts";
import { tfjsReport } from "../src/tfjs.ts";

const outcome = { passed: 10, failed: 0, gaps: 3, unexpected: [] };

describe("tfjsReport", () => {
  it("counts known gaps as skipped", () => {
    expect(tfjsReport("wasm", outcome, 0, "")).toEqual({
      name: "tfjs-core on wasm",
      totals: { passed: 10, failed: 0, skipped: 3 },
      problems: [],
    });
  });

  it("counts every unexpected result once", () => {
    const unexpected = ["conv2d x=[1] failed", "gap pool3d passes now"];
    const report = tfjsReport("js", { ...outcome, failed: 1, unexpected }, 0, "");
    expect(conclude([report], { strict: false })).toEqual({
      lines: [
        "FAILED tfjs-core on js: conv2d x=[1] failed",
        "FAILED tfjs-core on js: gap pool3d passes now",
        "10 passed, 2 failed, 3 skipped",
      ],
      exitCode: 1,
    });
  });

  it("fails when no test passed", () => {
    const report = tfjsReport("js", { ...outcome, passed: 0 }, 0, "");
    expect(report.problems).toEqual(["not one test passed"]);
  });

  it("fails with the output of a child that died", () => {
    expect(tfjsReport("js", undefined, 1, "Error: out of memory\n").problems).toEqual([
      "it ended with exit code 1 before its result\nError: out of memory",
    ]);
    expect(tfjsReport("js", outcome, null, "").problems).toHaveLength(1);
  });
});

import { describe, expect, it } from "vitest";
import { conclude } from "../src/report.ts";
import { tfjsReport } from "../src/tfjs.ts";

const result = { passed: 10, failed: 0, gaps: 3, unexpected: [] };

describe("tfjsReport", () => {
  it("counts known gaps as skipped", () => {
    expect(tfjsReport("tfjs-core on wasm", result)).toEqual({
      name: "tfjs-core on wasm",
      totals: { passed: 10, failed: 0, skipped: 3 },
      problems: [],
    });
  });

  it("counts every unexpected result once", () => {
    const unexpected = ["conv2d x=[1] failed", "gap pool3d passes now"];
    const report = tfjsReport("tfjs-core on js", { ...result, failed: 1, unexpected });
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
    expect(tfjsReport("tfjs-core on js", { ...result, passed: 0 }).problems).toEqual(["not one test passed"]);
  });
});

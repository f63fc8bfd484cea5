import { describe, expect, it } from "vitest";
import { conclude, totalLine, type SuiteReport } from "../src/report.ts";

const green: SuiteReport = { name: "a", totals: { passed: 2, failed: 0, skipped: 0 }, problems: [] };
const absent: SuiteReport = {
  name: "b",
  totals: { passed: 0, failed: 0, skipped: 0 },
  problems: [],
  missing: { reason: "no Chromium on this machine", command: "apt-get install chromium && pnpm test" },
};

describe("totalLine", () => {
  it("leaves out skipped when nothing was", () => {
    expect(totalLine({ passed: 3, failed: 0, skipped: 0 })).toBe("3 passed, 0 failed");
    expect(totalLine({ passed: 3, failed: 1, skipped: 2 })).toBe("3 passed, 1 failed, 2 skipped");
  });
});

describe("conclude", () => {
  it("adds up the suites", () => {
    const other = { ...green, totals: { passed: 1, failed: 0, skipped: 4 } };
    expect(conclude([green, other], { strict: true })).toEqual({
      lines: ["3 passed, 0 failed, 4 skipped"],
      exitCode: 0,
    });
  });

  it("fails on a failed test", () => {
    const red = { ...green, totals: { passed: 1, failed: 1, skipped: 0 } };
    expect(conclude([green, red], { strict: false })).toEqual({ lines: ["3 passed, 1 failed"], exitCode: 1 });
  });

  it("counts a problem as a failure", () => {
    expect(conclude([{ ...green, problems: ["it broke"] }], { strict: false })).toEqual({
      lines: ["FAILED a: it broke", "2 passed, 1 failed"],
      exitCode: 1,
    });
  });

  it("fails when not one test ran", () => {
    expect(conclude([], { strict: false })).toEqual({
      lines: ["FAILED: not one test ran", "0 passed, 1 failed"],
      exitCode: 1,
    });
  });

  it("fails when every test was skipped", () => {
    const skipping = { ...green, totals: { passed: 0, failed: 0, skipped: 5 } };
    expect(conclude([skipping], { strict: false }).exitCode).toBe(1);
  });

  it("names a suite that cannot run here, with the command that would run it", () => {
    expect(conclude([green, absent], { strict: false })).toEqual({
      lines: [
        "NOT RUN b: no Chromium on this machine; to run it: apt-get install chromium && pnpm test",
        "2 passed, 0 failed",
      ],
      exitCode: 0,
    });
  });

  it("fails for a suite that cannot run where everything must", () => {
    expect(conclude([green, absent], { strict: true })).toEqual({
      lines: [
        "FAILED b: no Chromium on this machine; to run it: apt-get install chromium && pnpm test",
        "2 passed, 1 failed",
      ],
      exitCode: 1,
    });
  });
});

import { describe, expect, it } from "vitest";
import { judge, type SpecResult } from "../src/tfjs-suite/judge.ts";

const passing: SpecResult[] = Array.from({ length: 4200 }, (_, i) => ({
  name: `s${i}`,
  status: "passed",
  message: "",
}));
const failing: SpecResult = { name: "conv2d fails", status: "failed", message: "Arrays differ\nat line 1" };

describe("judge", () => {
  it("counts passed specs and leaves out those that did not run", () => {
    const pending: SpecResult = { name: "later", status: "pending", message: "" };
    expect(judge([...passing, pending], {})).toEqual({ passed: 4200, failed: 0, gaps: 0, unexpected: [] });
  });

  it("reports a failure that is not listed", () => {
    const result = judge([...passing, failing], {});
    expect(result).toMatchObject({ passed: 4200, failed: 1, gaps: 0 });
    expect(result.unexpected).toEqual(["failed: conv2d fails: Arrays differ"]);
  });

  it("accepts a listed gap", () => {
    const result = judge([...passing, failing], { "conv2d fails": "a reason" });
    expect(result).toEqual({ passed: 4200, failed: 0, gaps: 1, unexpected: [] });
  });

  it("reports a listed gap that passes and one that no spec matches", () => {
    const result = judge(passing, { s7: "a reason", gone: "a reason" });
    expect(result.unexpected).toEqual(["listed gap passes: s7", "listed gap is no spec: gone"]);
  });

  it("reports a suite that lost its specs", () => {
    expect(judge(passing.slice(0, 74), {}).unexpected).toEqual(["expected at least 4000 specs, got 74"]);
  });
});

import { describe, expect, it } from "vitest";
import { absentNative, findNativeLevels, idleNativeProjects } from "../src/native.ts";
import { conclude } from "../src/report.ts";

describe("idleNativeProjects", () => {
  it.each([
    [["generic", "avx2", "avx512"], []],
    [["generic", "avx2"], ["cpu-native-avx2"]],
    [["generic"], ["cpu-native-avx2", "cpu-native-generic"]],
    [[], ["cpu-native", "cpu-native-avx2", "cpu-native-generic"]],
  ])("leaves out, of a machine with %j, %j", (levels, idle) => {
    expect(idleNativeProjects(levels)).toEqual(idle);
  });
});

describe("absentNative", () => {
  const green = { name: "vitest", totals: { passed: 3, failed: 0, skipped: 0 }, problems: [] };

  it.each([true, false])("is no failure without a compiler, strict or not: %s", (strict) => {
    const report = absentNative("engine native", { levels: [], missing: "no C++ compiler, looked for c++" });
    expect(conclude([green, report], { strict })).toEqual({
      lines: [
        "NOT RUN engine native: no C++ compiler, looked for c++; to run it: apt-get install g++ && pnpm test",
        "3 passed, 0 failed",
      ],
      exitCode: 0,
    });
  });

  it("is a failure when the compiler refuses the sources", () => {
    const report = absentNative("engine native", { levels: [], problem: "c++ refused: a.cc:1: error" });
    expect(conclude([green, report], { strict: false })).toEqual({
      lines: ["FAILED engine native: c++ refused: a.cc:1: error", "3 passed, 1 failed"],
      exitCode: 1,
    });
  });
});

describe("findNativeLevels", () => {
  it("says that a compiler is missing, and gives no level then", async () => {
    const before = process.env["CXX"];
    process.env["CXX"] = "/nonexistent";
    try {
      expect(await findNativeLevels()).toEqual({
        levels: [],
        missing: "no C++ compiler, looked for /nonexistent",
      });
    } finally {
      if (before === undefined) delete process.env["CXX"];
      else process.env["CXX"] = before;
    }
  });
});

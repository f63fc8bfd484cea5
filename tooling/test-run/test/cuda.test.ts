import { describe, expect, it } from "vitest";
import { absentCuda, findMissingForCuda, idleCudaProjects } from "../src/cuda.ts";
import { conclude } from "../src/report.ts";

const green = { name: "vitest", totals: { passed: 3, failed: 0, skipped: 0 }, problems: [] };

describe("idleCudaProjects", () => {
  it.each([
    [{}, []],
    [{ card: "no driver" }, ["cuda"]],
    [{ simulation: "no compiler" }, ["cuda-simulated"]],
    [{ card: "no driver", compiler: "no NVRTC" }, ["cuda", "cuda-nvrtc"]],
    [{ card: "", compiler: "", simulation: "" }, ["cuda", "cuda-nvrtc", "cuda-simulated"]],
  ])("leaves out, where %j is missing, %j", (missing, idle) => {
    expect(idleCudaProjects(missing)).toEqual(idle);
  });
});

describe("absentCuda", () => {
  it.each([true, false])("is no failure without a card, strict or not: %s", (strict) => {
    const reports = absentCuda({ card: "no driver on this machine" });
    expect(conclude([green, ...reports], { strict })).toEqual({
      lines: [
        "NOT RUN cuda: no driver on this machine; to run it: " +
          "pnpm test on a machine with an NVIDIA GPU, its driver and NVRTC",
        "3 passed, 0 failed",
      ],
      exitCode: 0,
    });
  });

  it("names a missing compiler for the simulation", () => {
    expect(absentCuda({ simulation: "no C++ compiler" })).toMatchObject([{ name: "cuda-simulated" }]);
  });

  it("has nothing to say where all can run", () => {
    expect(absentCuda({})).toEqual([]);
  });

  it("is a failure when asking for a card ends the process", () => {
    const problem = "asking for a card ends the process: Error: SIGSEGV";
    expect(conclude([green, ...absentCuda({ card: problem, problem })], { strict: false })).toEqual({
      lines: [`FAILED cuda: ${problem}`, "3 passed, 1 failed"],
      exitCode: 1,
    });
  });
});

describe("findMissingForCuda", () => {
  it("says that the compiler of the simulation is missing", async () => {
    const before = process.env["CXX"];
    process.env["CXX"] = "/nonexistent";
    try {
      expect(await findMissingForCuda()).toMatchObject({ simulation: "no C++ compiler, looked for /nonexistent" });
    } finally {
      if (before === undefined) delete process.env["CXX"];
      else process.env["CXX"] = before;
    }
  });
});

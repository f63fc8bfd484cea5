import { describe, expect, it } from "vitest";
import { conclude } from "../src/report.ts";
import { sanitizedReport } from "../src/sanitized.ts";

const conclusion = (output: string) => conclude([sanitizedReport(output)], { strict: true });

describe("sanitizedReport", () => {
  it("counts programs without a report as passed", () => {
    expect(conclusion('ok avx2 gemm-check\n{"passed":7,"problems":[]}\n')).toEqual({
      lines: ["7 passed, 0 failed"],
      exitCode: 0,
    });
  });

  it("counts every report as a failure", () => {
    expect(conclusion('{"passed":6,"problems":["avx2 gemm-check: ERROR: AddressSanitizer"]}')).toEqual({
      lines: ["FAILED native under sanitizers: avx2 gemm-check: ERROR: AddressSanitizer", "6 passed, 1 failed"],
      exitCode: 1,
    });
  });

  it("is skipped, with the reason, where the compiler has no sanitizers", () => {
    const report = sanitizedReport('{"passed":0,"problems":[],"missing":"c++ has no sanitizers here"}');
    expect(report.missing).toEqual({
      reason: "c++ has no sanitizers here",
      command: "apt-get install g++ && pnpm test",
      isOptional: true,
    });
  });

  it("fails when the script did not come to its end", () => {
    expect(conclusion("ok avx2 gemm-check\nSegmentation fault\n").exitCode).toBe(1);
    expect(conclusion("").exitCode).toBe(1);
  });
});

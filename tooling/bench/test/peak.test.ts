import { describe, expect, it } from "vitest";
import { peakKind, peakText } from "../src/peak/peak.ts";

describe("peakKind", () => {
  it("takes the widest instruction", () => {
    expect(peakKind(["avx2", "fma", "avx512f"], "float32")).toEqual({ kind: "avx512" });
    expect(peakKind(["avx2", "fma"], "float32")).toEqual({ kind: "avx2" });
    expect(peakKind(["asimd"], "float32")).toEqual({ kind: "neon" });
    expect(peakKind(["avx512f", "avx512_bf16"], "bf16")).toEqual({ kind: "avx512-bf16" });
    expect(peakKind(["avx512f", "avx512_bf16", "amx_bf16"], "bf16")).toEqual({ kind: "amx-bf16" });
  });

  it("says what it cannot measure", () => {
    expect(peakKind(["avx2", "fma"], "bf16")).toHaveProperty("unknown");
  });
});

describe("peakText", () => {
  it("gives the rate with its instruction, or the reason", () => {
    expect(peakText({ gflops: 231.7, kind: "avx512" })).toBe("232 GFLOP/s (avx512)");
    expect(peakText({ unknown: "there is no c++" })).toBe("unknown: there is no c++");
  });
});

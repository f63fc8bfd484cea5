import { describe, expect, it } from "vitest";
import { activeBackend } from "@camada/tensor";
import { chooseLevel, levelsOf } from "../../src/native/level.ts";

const [AVX2, AVX512, AMX] = [1, 3, 15];

describe("levels", () => {
  it("are those that the features allow", () => {
    expect(levelsOf(0)).toEqual(["generic"]);
    expect(levelsOf(AVX2)).toEqual(["generic", "avx2"]);
    expect(levelsOf(AMX)).toEqual(["generic", "avx2", "avx512", "avx512-bf16", "amx-bf16"]);
  });

  it("are chosen as asked, else the best", () => {
    expect(chooseLevel(AVX512, undefined)).toBe("avx512");
    expect(chooseLevel(AVX512, "")).toBe("avx512");
    expect(chooseLevel(AVX512, "avx2")).toBe("avx2");
  });

  it("refuse what this CPU lacks, and what there is not", () => {
    expect(() => chooseLevel(AVX2, "avx512")).toThrow(
      new RangeError("cpu: expected a level of this CPU, generic, avx2, got avx512"),
    );
    expect(() => chooseLevel(AVX2, "AVX2")).toThrow(RangeError);
  });

  it("of the environment is the one that the tests run on", () => {
    const level = process.env["CAMADA_CPU_LEVEL"];
    const { info } = activeBackend()!;
    expect(info.engine).toBe("native");
    if (level !== undefined && level !== "") expect(info.tfBackend).toContain(`-${level}-`);
  });
});

import { describe, expect, it } from "vitest";
import { arithmeticCode } from "../../src/native/arithmetic.ts";

describe("the arithmetic of products", () => {
  it("is float32 at every level unless bf16 is asked for", () => {
    expect(arithmeticCode("float32", "generic")).toBe(0);
    expect(arithmeticCode("float32", "amx-bf16")).toBe(0);
  });

  it("is bf16 as the level has it", () => {
    expect(arithmeticCode("bf16", "avx512-bf16")).toBe(1);
    expect(arithmeticCode("bf16", "amx-bf16")).toBe(2);
  });

  it("is refused where a level lacks it, and where nobody knows it", () => {
    expect(() => arithmeticCode("bf16", "avx512")).toThrow(
      new RangeError("cpu: expected a CPU of level avx512-bf16 or amx-bf16 for precision bf16, got avx512"),
    );
    expect(() => arithmeticCode("int4" as never, "amx-bf16")).toThrow(
      new RangeError("cpu: expected a precision among float32, bf16, got int4"),
    );
  });
});

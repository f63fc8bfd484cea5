import { describe, expect, it } from "vitest";
import { CudaDriverError } from "../../src/driver/errors.ts";
import { targetFor } from "../../src/nvrtc/nvrtc.ts";

const NVRTC_13 = [75, 80, 86, 89, 90, 100, 120];

describe("targetFor", () => {
  it.each([
    [[7, 5], "sm_75", "CUBIN"],
    [[8, 6], "sm_86", "CUBIN"],
    // Only with the suffix may code use what this one generation has.
    [[9, 0], "sm_90a", "CUBIN"],
    [[12, 0], "sm_120a", "CUBIN"],
    // Newer than the compiler: the driver translates.
    [[8, 7], "compute_86", "PTX"],
    [[13, 0], "compute_120", "PTX"],
  ] as const)("compiles for capability %j as %s", (capability, architecture, kind) => {
    expect(targetFor(capability, NVRTC_13)).toEqual({ architecture, kind });
  });

  it("refuses a card that is older than all it knows", () => {
    expect(() => targetFor([7, 0], NVRTC_13)).toThrow(CudaDriverError);
    expect(() => targetFor([7, 0], NVRTC_13)).toThrow("compute capability 7.0, got one for 75, 80");
  });
});

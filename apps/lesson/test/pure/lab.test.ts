import { describe, expect, it } from "vitest";
import { defaultsOf } from "../../src/parameters.ts";
import { labKernel, labPicture, refitted } from "../../src/web/lab/lab-arrays.ts";
import { labParameters } from "../../src/web/lab/lab-parameters.ts";
import { kernelPlane, randomDigits } from "../../src/web/lab/presets.ts";

const defaults = defaultsOf(labParameters);

describe("preset kernels", () => {
  it("are the usual ones at 3 × 3", () => {
    expect(kernelPlane("vertical", 3, 3)).toEqual([-1, 0, 1, -2, 0, 2, -1, 0, 1]);
    expect(kernelPlane("horizontal", 3, 3)).toEqual([-1, -2, -1, 0, 0, 0, 1, 2, 1]);
    expect(kernelPlane("laplace", 3, 3)).toEqual([-1, -1, -1, -1, 8, -1, -1, -1, -1]);
    expect(kernelPlane("binomial", 3, 3).map((one) => 16 * one)).toEqual([1, 2, 1, 2, 4, 2, 1, 2, 1]);
    expect(kernelPlane("identity", 2, 3)).toEqual([0, 0, 0, 0, 1, 0]);
  });

  it.each([
    [1, 1],
    [2, 3],
    [7, 7],
    [4, 1],
  ])("keep brightness, or answer nothing to even ground, at %i × %i", (h, w) => {
    const sum = (name: Parameters<typeof kernelPlane>[0]) => kernelPlane(name, h, w).reduce((a, b) => a + b, 0);
    for (const name of ["mean", "binomial", "sharpen", "identity"] as const) expect(sum(name)).toBeCloseTo(1, 12);
    for (const name of ["vertical", "horizontal", "laplace"] as const) expect(sum(name)).toBeCloseTo(0, 12);
  });
});

describe("the lab's arrays", () => {
  it("have the shapes of their controls", () => {
    const values = {
      ...defaults,
      height: 3,
      width: 5,
      inputChannels: 2,
      outputChannels: 4,
      kernelHeight: 2,
      kernelWidth: 1,
    };
    const picture = labPicture(values, undefined, 0);
    const kernel = labKernel(values, undefined, 0);
    expect([picture.shape, picture.data.length]).toEqual([[1, 2, 3, 5], 30]);
    expect([kernel.shape, kernel.data.length]).toEqual([[4, 2, 2, 1], 16]);
  });

  it("take the reader's own numbers, and 0 for what is missing", () => {
    const values = { ...defaults, picture: "own", height: 1, width: 3 } as const;
    expect(labPicture(values, [7, 8], 0).data).toEqual([7, 8, 0]);
    expect(labPicture(values, undefined, 0).data).toEqual([0, 0, 0]);
  });

  it("keep numbers in their places when their shape changes", () => {
    const before = { shape: [1, 1, 2, 2], data: [1, 2, 3, 4] };
    expect(refitted(before, [1, 1, 3, 3])).toEqual([1, 2, 0, 3, 4, 0, 0, 0, 0]);
    expect(refitted(before, [1, 2, 1, 1])).toEqual([1, 0]);
  });
});

describe("randomDigits", () => {
  it("are digits, the same ones for a seed", () => {
    const digits = randomDigits(500, 3);
    expect(new Set(digits)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
    expect(randomDigits(500, 3)).toEqual(digits);
    expect(randomDigits(500, 4)).not.toEqual(digits);
  });
});

import { describe, expect, it } from "vitest";
import { patchOf, spread, type DirectSizes } from "../../src/convolution/direct-costs.ts";
import { gradientLayout, planDirectGradient } from "../../src/convolution/direct-gradient-plan.ts";
import { directBytes, planDirect, planeOf, stepsOf } from "../../src/convolution/direct-plan.ts";

const limits = { multiprocessors: 132, sharedBytes: 227 * 1024 };
const lesson = {
  images: 128,
  groups: 1,
  channels: 16,
  outputs: 120,
  out: [20, 20],
  taps: [5, 5],
  strides: [1, 1],
  dilations: [1, 1],
} as const satisfies DirectSizes;

describe("a plan of a direct convolution", () => {
  it("covers the rows of the product and fits into a block's shared memory", () => {
    for (const arithmetic of ["tf32", "tf32x3", "bf16"] as const) {
      for (const sizes of [lesson, { ...lesson, channels: 512, outputs: 16, out: [112, 112] as const }]) {
        const plan = planDirect(sizes, arithmetic, limits)!;
        const { shape, tile } = plan;
        expect(tile[0] * tile[1] * tile[2]).toBeLessThanOrEqual(8 * shape.warpColumns * shape.columnTiles);
        expect(directBytes(plan, sizes, arithmetic)).toBeLessThanOrEqual(limits.sharedBytes);
      }
    }
  });

  it("has all rows of few output channels in one block, and many of them for many", () => {
    expect(planDirect({ ...lesson, outputs: 6 }, "tf32", limits)!.shape).toMatchObject({ warpRows: 1, rowTiles: 1 });
    const { warpRows, rowTiles } = planDirect(lesson, "tf32", limits)!.shape;
    expect(warpRows * rowTiles).toBe(8);
  });

  it("has several small images in a block", () => {
    const sizes = { ...lesson, out: [7, 7] as const, taps: [1, 1] as const };
    expect(planDirect(sizes, "tf32", limits)!.tile[0]).toBeGreaterThan(1);
  });

  it("is absent where no patch fits", () => {
    expect(planDirect(lesson, "tf32", { ...limits, sharedBytes: 1024 })).toBeUndefined();
    expect(planDirectGradient(lesson, "tf32", { ...limits, sharedBytes: 1024 })).toBeUndefined();
  });

  it("puts neighbouring channels into other banks", () => {
    const plan = planDirect(lesson, "tf32", limits)!;
    expect(planeOf(plan, lesson, "tf32") % 32).toBe(8);
    expect(planeOf(plan, lesson, "tf32x3") % 32).toBe(4);
    expect([spread(8, 8), spread(9, 8), spread(0, 4)]).toEqual([8, 40, 4]);
  });

  it("counts what windows see, and steps of 16 places", () => {
    expect(patchOf(10, 20, lesson)).toEqual([14, 24]);
    expect(patchOf(2, 2, { ...lesson, strides: [2, 3], dilations: [2, 1] })).toEqual([11, 8]);
    expect([stepsOf(16, lesson), stepsOf(1, lesson)]).toEqual([25, 2]);
  });
});

describe("a plan of a weight's gradient", () => {
  it("fills the card with parts of the pixels, and its blocks fit", () => {
    for (const arithmetic of ["tf32", "tf32x3", "bf16"] as const) {
      const plan = planDirectGradient(lesson, arithmetic, limits)!;
      const { shape, parts } = plan;
      const blocks = Math.ceil(400 / (8 * shape.warpColumns * shape.columnTiles)) * parts;
      expect(blocks).toBeGreaterThan(100);
      expect(gradientLayout(plan, lesson).bytes).toBeLessThanOrEqual(limits.sharedBytes);
    }
  });

  it("reads no more channels than its columns have", () => {
    const plan = planDirectGradient({ ...lesson, channels: 512, taps: [1, 1] }, "tf32", limits)!;
    const { channels } = gradientLayout(plan, { ...lesson, channels: 512, taps: [1, 1] });
    expect(channels).toBe(8 * plan.shape.warpColumns * plan.shape.columnTiles);
  });
});

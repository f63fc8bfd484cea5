import { describe, expect, it } from "vitest";
import { arithmeticOf } from "../../src/matrix/arithmetic.ts";
import { innerExtent, planTiles, TILES } from "../../src/matrix/tile.ts";
import { deviceOf } from "./device.ts";

const large = { rows: 4096, columns: 4096, inner: 4096, members: 1 };
const small = { rows: 8, columns: 10, inner: 84, members: 1 };

describe("the arithmetic of a product", () => {
  it("is what the precision says where that is not float32", () => {
    expect(arithmeticOf("tf32", deviceOf(9, 0), small)).toBe("tf32");
    expect(arithmeticOf("bf16", deviceOf(8, 6), large)).toBe("bf16");
  });

  it("splits float32 where tensor cores are fast and the product is large", () => {
    const capabilities = [
      [7, 5],
      [8, 0],
      [8, 6],
      [8, 9],
      [9, 0],
      [10, 0],
      [12, 0],
    ] as const;
    const chosen = capabilities.map(([major, minor]) => arithmeticOf("float32", deviceOf(major, minor), large));
    expect(chosen).toEqual(["fma", "tf32x3", "fma", "fma", "tf32x3", "tf32x3", "fma"]);
    expect(arithmeticOf("float32", deviceOf(9, 0), small)).toBe("fma");
    expect(arithmeticOf("float32", deviceOf(9, 0), { ...large, inner: 8 })).toBe("fma");
  });
});

describe("the tiles of a product", () => {
  it("are large for large products, which are not cut into parts", () => {
    for (const arithmetic of ["fma", "tf32", "tf32x3", "bf16"] as const) {
      expect(planTiles(large, arithmetic, 132)).toMatchObject({ tile: TILES[arithmetic][0], parts: 1 });
    }
  });

  it("are thin for few rows or few columns", () => {
    expect(planTiles({ ...large, rows: 6 }, "fma", 132).tile.rows).toBe(16);
    expect(planTiles({ ...large, columns: 10 }, "fma", 132).tile.columns).toBe(16);
    expect(planTiles({ ...large, rows: 24 }, "tf32", 132).tile.rows).toBe(32);
  });

  it("give every multiprocessor a block where sums are long", () => {
    const { tile, parts } = planTiles({ rows: 128, columns: 84, inner: 48_000, members: 1 }, "tf32", 132);
    const blocks = Math.ceil(128 / tile.rows) * Math.ceil(84 / tile.columns) * parts;
    expect(blocks).toBeGreaterThanOrEqual(100);
  });

  it("leave every part some steps", () => {
    for (const inner of [1, 16, 200, 5000]) {
      const { parts } = planTiles({ rows: 16, columns: 16, inner, members: 1 }, "fma", 132);
      expect(parts === 1 || inner / innerExtent("fma") / parts >= 7).toBe(true);
    }
  });

  // What the kernels take for granted.
  it("fit their warps, their threads and what a multiprocessor has", () => {
    for (const [arithmetic, tiles] of Object.entries(TILES)) {
      for (const { rows, columns, warpRows, warpColumns, residents } of tiles) {
        const threads = 32 * warpRows * warpColumns;
        const warp = [rows / warpRows, columns / warpColumns] as const;
        const fragment = arithmetic === "fma" ? [4, 8] : [16, 8];
        expect(warp.map((extent, axis) => extent % fragment[axis]!)).toEqual([0, 0]);
        expect(rows).toBeLessThanOrEqual(threads);
        expect(threads * residents).toBeLessThanOrEqual(1024);
        expect([rows, columns].every((extent) => extent % 16 === 0)).toBe(true);
      }
    }
  });
});

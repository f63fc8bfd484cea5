import type { TensorInfo } from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { LANES, lanesOf } from "../../src/matrix/lanes.ts";
import { batchAxes, matrixShapes } from "../../src/matrix/matrix-shapes.ts";
import { CudaSizeError, requireCount, requireCountable } from "../../src/matrix/size-error.ts";

const tensor = (...shape: number[]): TensorInfo => ({ dataId: {}, shape, dtype: "float32" });
const plain = { transposeA: false, transposeB: false };

describe("the shapes of a product of matrices", () => {
  it("are read through transpositions", () => {
    const shapes = matrixShapes(tensor(5, 3, 2), tensor(5, 4, 3), { transposeA: true, transposeB: true });
    expect(shapes).toMatchObject({ batch: [5], m: 2, k: 3, n: 4 });
  });

  it("are refused where they do not fit", () => {
    expect(() => matrixShapes(tensor(2, 3), tensor(4, 5), plain)).toThrow(/inner sizes that match, got 3 and 4/);
    expect(() => matrixShapes(tensor(3), tensor(3, 2), plain)).toThrow(/expected matrices/);
  });

  it("have one axis for a batch that both factors go through alike", () => {
    expect(batchAxes(tensor(2, 3, 4, 5), tensor(2, 3, 5, 6), [2, 3])).toEqual([{ extent: 6, a: 20, b: 30 }]);
  });

  it("have an axis for every change of how factors repeat, and none for a single matrix", () => {
    expect(batchAxes(tensor(2, 1, 4, 5), tensor(3, 5, 6), [2, 3])).toEqual([
      { extent: 2, a: 20, b: 0 },
      { extent: 3, a: 0, b: 30 },
    ]);
    expect(batchAxes(tensor(1, 1, 4, 5), tensor(5, 6), [1, 1])).toEqual([]);
    expect(batchAxes(tensor(4, 5), tensor(7, 2, 5, 6), [7, 2])).toEqual([{ extent: 14, a: 0, b: 30 }]);
  });
});

describe("the lanes of a factor", () => {
  it("are four to a thread where all offsets are multiples of four", () => {
    expect(lanesOf(64, 1, [64, 4096])).toBe(LANES.innerQuads);
    expect(lanesOf(63, 1, [64, 4096])).toBe(LANES.inner);
    expect(lanesOf(64, 1, [65])).toBe(LANES.inner);
    expect(lanesOf(64, 64, [1])).toBe(LANES.rows);
  });
});

describe("a tensor that is too large to count in 32 bits", () => {
  it("is refused by name, shape and number of elements", () => {
    const refuse = () => requireCountable("BatchMatMul", tensor(2), tensor(65_536, 32_768));
    expect(refuse).toThrow(CudaSizeError);
    expect(refuse).toThrow(
      "cuda: expected BatchMatMul to have at most 2147483647 elements in a tensor of [65536, 32768], got 2147483648",
    );
    expect(() => requireCountable("BatchMatMul", tensor(65_535, 32_768), undefined)).not.toThrow();
    expect(() => requireCount("BatchMatMul", "all its sums", 2 ** 31)).toThrow(CudaSizeError);
  });
});

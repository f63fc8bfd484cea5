import { describe, expect, it } from "vitest";
import { referenceConvolution, traceConvolution } from "../src/index.ts";
import { expectShapeError } from "./expect-shape-error.ts";
import { integersOf } from "./nested.ts";

const lessonX = { shape: [1, 2, 3, 3], data: [1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8] };
const lessonWeight = { shape: [1, 2, 2, 2], data: [1, 2, 3, 4, 0, 1, 2, 3] };

describe("traceConvolution", () => {
  it("writes the lesson's two channels out, 37 + 19 = 56", () => {
    const trace = traceConvolution(lessonX, lessonWeight);
    expect(trace.outputShape).toEqual([1, 1, 2, 2]);
    const cell = trace.cell([0, 0]);
    expect(cell.partialSums.map(({ inputChannel, sum }) => [inputChannel, sum])).toEqual([
      [0, 37],
      [1, 19],
    ]);
    expect(cell.partialSums.map(({ terms }) => terms.map(({ product }) => product))).toEqual([
      [1, 4, 12, 20],
      [0, 1, 6, 12],
    ]);
    expect([cell.sum, cell.bias, cell.output]).toEqual([56, 0, 56]);
    expect(cell.window).toEqual({ first: [0, 0], last: [1, 1] });
    expect(cell.partialSums[1]!.terms[2]).toEqual({
      inputChannel: 1,
      kernelPosition: [1, 0],
      inputPosition: [1, 0],
      isPadding: false,
      x: 3,
      weight: 2,
      product: 6,
    });
  });

  it("marks the padding that a window covers", () => {
    const trace = traceConvolution(lessonX, lessonWeight, { padding: [[1, 0], 2], bias: [100] });
    expect(trace.outputShape).toEqual([1, 1, 3, 6]);
    expect(trace.paddedSize).toEqual([4, 7]);
    const cell = trace.cell([0, 1]);
    expect(cell.window).toEqual({ first: [-1, -1], last: [0, 0] });
    expect(cell.partialSums[0]!.terms.map(({ isPadding, x }) => [isPadding, x])).toEqual([
      [true, 0],
      [true, 0],
      [true, 0],
      [false, 1],
    ]);
    expect([cell.sum, cell.bias, cell.output]).toEqual([4, 100, 104]);
    expect([trace.isPadding([-1, 0]), trace.isPadding([0, 3]), trace.isPadding([2, 2])]).toEqual([true, true, false]);
  });

  it("knows which pixels a stride leaves out", () => {
    const x = { shape: [1, 1, 8, 8], data: new Float64Array(64) };
    const weight = { shape: [1, 1, 3, 5], data: new Float64Array(15) };
    const trace = traceConvolution(x, weight, { padding: [0, 1], strides: [3, 4] });
    expect(trace.outputShape).toEqual([1, 1, 2, 2]);
    expect(trace.unreadPixels()).toEqual(
      [6, 7].flatMap((row) => Array.from({ length: 8 }, (_, column) => [row, column])),
    );
    expect([trace.readCount([0, 3]), trace.readCount([0, 2]), trace.readCount([6, 0])]).toEqual([2, 1, 0]);
    expect([trace.readCount([0, -1]), trace.readCount([0, 8]), trace.readCount([0, 9])]).toEqual([1, 0, 0]);
    const apart = traceConvolution(
      { shape: [1, 1, 7], data: new Float64Array(7) },
      { shape: [1, 1, 1], data: [1] },
      { strides: 3 },
    );
    expect(apart.unreadPixels()).toEqual([[1], [2], [4], [5]]);
  });

  it.each([
    [[7], [3], { strides: 2, padding: [[2, 1]] as [number, number][], dilation: 2 }],
    [[5, 6], [2, 3], { strides: [2, 1], padding: 1, dilation: [1, 2] }],
    [[4, 3, 5], [2, 1, 3], { strides: [1, 2, 2], padding: [0, 1, 1] }],
  ])("gives the numbers of the reference, and counts its own reads: %o * %o", (spatial, kernel, options) => {
    for (const precision of ["float64", "float32"] as const) {
      const x = fractionsOf([2, 4, ...spatial], 1);
      const weight = fractionsOf([6, 2, ...kernel], 2);
      const all = { ...options, groups: 2, bias: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6], precision };
      const trace = traceConvolution(x, weight, all);
      const reference = referenceConvolution(x, weight, all);
      const cells = [...trace.cells()];
      expect(trace.outputShape).toEqual(reference.shape);
      expect(cells.map(({ output }) => output)).toEqual([...reference.data]);

      const reads = new Map<string, number>();
      for (const cell of cells.filter(({ image, channel }) => image === 0 && channel === 0)) {
        for (const { inputPosition } of cell.partialSums[0]!.terms) {
          reads.set(inputPosition.join(), (reads.get(inputPosition.join()) ?? 0) + 1);
        }
      }
      for (const [place, count] of reads) expect(trace.readCount(place.split(",").map(Number))).toBe(count);
      const unread = trace.unreadPixels().map((pixel) => pixel.join());
      expect(unread.filter((place) => reads.has(place))).toEqual([]);
      const real = [...reads.keys()].filter((place) => !trace.isPadding(place.split(",").map(Number)));
      expect(unread.length + real.length).toBe(spatial.reduce((product, size) => product * size, 1));
    }
  });

  it("finds a cell by image, channel and position", () => {
    const x = integersOf([2, 4, 5, 6], 1);
    const weight = integersOf([6, 2, 3, 3], 2);
    const trace = traceConvolution(x, weight, { groups: 2 });
    const cell = trace.cell([2, 1], 4, 1);
    expect([cell.image, cell.channel, cell.position]).toEqual([1, 4, [2, 1]]);
    expect(cell.partialSums.map(({ inputChannel }) => inputChannel)).toEqual([2, 3]);
    expect([...trace.cells()].filter((other) => other.image === 1 && other.channel === 4)[9]).toEqual(cell);
  });

  it("refuses a cell outside the output, and arrays that do not fit", () => {
    const op = "traceConvolution";
    const trace = traceConvolution(lessonX, lessonWeight);
    expectShapeError(() => trace.cell([2, 0]), op, "position to be below [2, 2]", "[2, 0]");
    expectShapeError(
      () => trace.cell([-1, 0]),
      op,
      "position to be one integer or 2 integers of at least 0",
      "[-1, 0]",
    );
    expectShapeError(() => trace.cell([0, 0], 1), op, "channel to be below [1]", "[1]");
    expectShapeError(() => trace.cell([0, 0], 0, 1), op, "image to be below [1]", "[1]");
    expectShapeError(
      () => traceConvolution(lessonX, { ...lessonWeight, data: [1] }),
      op,
      "weight [1, 2, 2, 2] to hold 8 numbers",
      "1",
    );
  });
});

function fractionsOf(shape: readonly number[], seed: number) {
  return { shape, data: Float32Array.from(integersOf(shape, seed).data, (value) => value / 7) };
}

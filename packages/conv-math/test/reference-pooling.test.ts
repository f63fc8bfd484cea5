import { describe, expect, it } from "vitest";
import { type PadPair, poolOutputSize, referencePooling } from "../src/index.ts";
import { expectShapeError } from "./expect-shape-error.ts";
import { integersOf, nest } from "./nested.ts";

const LOWEST_FLOAT32 = -3.4028234663852886e38;
const range = (count: number) => Float64Array.from({ length: count }, (_, i) => i);

interface PoolAxis {
  readonly poolSize: number;
  readonly strides: number;
  readonly padding: PadPair;
  readonly ceilMode: boolean;
}

const paddings: PadPair[][] = [
  [
    [0, 0],
    [0, 0],
  ],
  [
    [1, 0],
    [0, 2],
  ],
];
const grid = [1, 2, 3].flatMap((kernel) =>
  [1, 2, 3].flatMap((stride) =>
    paddings.flatMap((padding) =>
      [false, true].map((ceilMode) => ({ poolSize: [kernel, 2], strides: [stride, 2], padding, ceilMode })),
    ),
  ),
);

describe("referencePooling", () => {
  it("takes maxima and averages of 2x2 blocks", () => {
    const x = { shape: [1, 1, 4, 4], data: range(16) };
    expect(nest(referencePooling(x, { kind: "max", poolSize: 2 }))).toEqual([
      [
        [
          [5, 7],
          [13, 15],
        ],
      ],
    ]);
    expect(nest(referencePooling(x, { kind: "avg", poolSize: 2 }))).toEqual([
      [
        [
          [2.5, 4.5],
          [10.5, 12.5],
        ],
      ],
    ]);
  });

  it("divides by the padded window, or by the real elements", () => {
    const x = { shape: [1, 1, 3, 3], data: new Float64Array(9).fill(1) };
    const options = { kind: "avg", poolSize: 3, strides: 1, padding: 1 } as const;
    expect(referencePooling(x, options).data[0]).toBe(4 / 9);
    expect(referencePooling(x, { ...options, countIncludePad: false }).data[0]).toBe(1);
  });

  it("clips the divisor at the end of the padding in ceil mode", () => {
    const x = { shape: [1, 1, 5], data: range(5) };
    expect([...referencePooling(x, { kind: "avg", poolSize: 2, ceilMode: true }).data]).toEqual([0.5, 2.5, 4]);
    expect([...referencePooling(x, { kind: "max", poolSize: 2, ceilMode: true }).data]).toEqual([1, 3, 4]);
    expect([...referencePooling(x, { kind: "max", poolSize: 2 }).data]).toEqual([1, 3]);
  });

  it("ignores padding in a maximum, and has a value for a window without a real element", () => {
    const x = { shape: [1, 1, 2], data: [-5, -7] };
    expect([...referencePooling(x, { kind: "max", poolSize: 2, strides: 1, padding: 1 }).data]).toEqual([-5, -5, -7]);
    const empty = { poolSize: 1, strides: 2, padding: 1, ceilMode: true };
    expect([...referencePooling(x, { kind: "max", ...empty }).data]).toEqual([LOWEST_FLOAT32, -7, LOWEST_FLOAT32]);
    for (const countIncludePad of [true, false]) {
      expect([...referencePooling(x, { kind: "avg", ...empty, countIncludePad }).data]).toEqual([0, -7, 0]);
    }
  });

  it.each(grid)("is one-axis pooling of rows and then of columns: %o", (options) => {
    const { poolSize, strides, padding, ceilMode } = options;
    const x = integersOf([2, 2, 6, 7], 5);
    const axes = [0, 1].map((i) => ({ poolSize: poolSize[i]!, strides: strides[i]!, padding: padding[i]!, ceilMode }));
    const [vertical, horizontal] = axes as [PoolAxis, PoolAxis];
    const reduceWith = (reduce: (values: number[]) => number) =>
      (nest(x) as number[][][][]).map((image) =>
        image.map((plane) => {
          const rows = plane.map((row) => windowsOf(row, horizontal).map(reduce));
          return transpose(transpose(rows).map((column) => windowsOf(column, vertical).map(reduce)));
        }),
      );
    const averageOver = (count: typeof realCount) =>
      reduceWith((values) => values.reduce((sum, value) => sum + value, 0)).map((image) =>
        image.map((plane) =>
          plane.map((row, i) =>
            row.map((sum, j) => {
              const real = realCount(6, vertical, i) * realCount(7, horizontal, j);
              return real === 0 ? 0 : sum / (count(6, vertical, i) * count(7, horizontal, j));
            }),
          ),
        ),
      );

    const maxima = reduceWith((values) => Math.max(LOWEST_FLOAT32, ...values));
    expect(nest(referencePooling(x, { kind: "max", ...options }))).toEqual(maxima);
    expect(nest(referencePooling(x, { kind: "avg", ...options }))).toEqual(averageOver(paddedCount));
    const overReal = referencePooling(x, { kind: "avg", ...options, countIncludePad: false });
    expect(nest(overReal)).toEqual(averageOver(realCount));
  });

  it("works in three axes", () => {
    const x = { shape: [1, 1, 2, 2, 2], data: range(8) };
    expect([...referencePooling(x, { kind: "avg", poolSize: 2 }).data]).toEqual([3.5]);
    expect([...referencePooling(x, { kind: "max", poolSize: [1, 2, 1] }).data]).toEqual([2, 3, 6, 7]);
  });

  it("refuses an unknown kind and a missing number", () => {
    const op = "referencePooling";
    const x = { shape: [1, 1, 2], data: [1, 2] };
    expectShapeError(
      () => referencePooling(x, { kind: "sum" as "max", poolSize: 2 }),
      op,
      'kind to be "max" or "avg"',
      '"sum"',
    );
    expectShapeError(
      () => referencePooling({ shape: [1, 1, 3], data: [1, 2] }, { kind: "max", poolSize: 2 }),
      op,
      "x [1, 1, 3] to hold 3 numbers",
      "2",
    );
  });
});

/** The real elements under each window of one row. */
function windowsOf(row: readonly number[], axis: PoolAxis): number[][] {
  return Array.from({ length: poolOutputSize(row.length, axis) }, (_, window) => {
    const start = window * axis.strides - axis.padding[0];
    return row.slice(Math.max(start, 0), Math.max(start + axis.poolSize, 0));
  });
}

function realCount(n: number, axis: PoolAxis, window: number): number {
  const start = window * axis.strides - axis.padding[0];
  return Math.max(Math.min(start + axis.poolSize, n) - Math.max(start, 0), 0);
}

function paddedCount(n: number, axis: PoolAxis, window: number): number {
  const start = window * axis.strides - axis.padding[0];
  return Math.min(start + axis.poolSize, n + axis.padding[1]) - start;
}

function transpose(rows: number[][]): number[][] {
  return rows[0]!.map((_, column) => rows.map((row) => row[column]!));
}

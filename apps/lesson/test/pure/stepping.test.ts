import { traceConvolution } from "@camada/conv-math";
import { describe, expect, it } from "vitest";
import { checkWithLoop } from "../../src/web/stepper/loop-check.ts";
import { following, type GridPosition, moved } from "../../src/web/stepper/move.ts";
import { announcement } from "../../src/web/stepper/step-text.ts";

describe("moved", () => {
  const size = { rows: 2, columns: 3 };
  it.each<[string, boolean, GridPosition, GridPosition | undefined]>([
    ["ArrowRight", false, [0, 1], [0, 2]],
    ["ArrowRight", false, [0, 2], [0, 2]],
    ["ArrowLeft", false, [1, 0], [1, 0]],
    ["ArrowUp", false, [1, 1], [0, 1]],
    ["ArrowDown", false, [1, 1], [1, 1]],
    ["Home", false, [1, 2], [1, 0]],
    ["End", false, [0, 0], [0, 2]],
    ["Home", true, [1, 2], [0, 0]],
    ["End", true, [0, 0], [1, 2]],
    ["a", false, [0, 0], undefined],
    [" ", false, [0, 0], undefined],
  ])("%s (control %s) leads from %j to %j", (key, isControl, from, to) => {
    expect(moved(key, isControl, from, size)).toEqual(to);
  });

  it("follows row by row, around both ends", () => {
    expect(following([0, 2], size)).toEqual([1, 0]);
    expect(following([1, 2], size)).toEqual([0, 0]);
    expect(following([0, 0], size, -1)).toEqual([1, 2]);
  });
});

const x = { shape: [1, 2, 2, 2], data: [1, 2, 3, 4, -5, 6, 7, 8] };
const weight = { shape: [1, 2, 1, 2], data: [1, -1, 0.5, 2] };

describe("announcement", () => {
  it("says where, the products of every channel, and the sum", () => {
    const cell = traceConvolution(x, weight).cell([1, 0]);
    expect(announcement(cell, cell.output)).toEqual({
      "pt-BR": "Saída, linha 2, coluna 1: 3 × 1 + 4 × (-1) + 7 × 0.5 + 8 × 2 = 18.5",
      en: "Output, row 2, column 1: 3 × 1 + 4 × (-1) + 7 × 0.5 + 8 × 2 = 18.5",
    });
  });

  it("counts products where they are too many to hear", () => {
    const side = { shape: [1, 1, 6, 6], data: Array.from({ length: 36 }, () => 1) };
    const cell = traceConvolution(side, side).cell([0, 0]);
    expect(announcement(cell, 36).en).toBe("Output, row 1, column 1: 36 products: 36 = 36");
  });
});

describe("checkWithLoop", () => {
  const trace = (output: readonly number[]) => ({
    kind: "trace" as const,
    name: "test",
    x,
    weight,
    options: {},
    output: { shape: [1, 1, 2, 1], data: output },
    steps: [[0, 0]],
  });

  it("agrees with the right sums", () => {
    expect(checkWithLoop(trace([8.5, 18.5]))).toEqual({ compared: 2, agreeing: 2, worst: 0 });
  });

  it("finds one that is off by a little more than rounding can explain", () => {
    // Σ|p| = 1 + 2 + 2.5 + 12 = 17.5; 5 roundings of 2^-24 each allow 5.2e-6.
    expect(checkWithLoop(trace([8.5 + 5e-6, 18.5]))).toMatchObject({ agreeing: 2 });
    expect(checkWithLoop(trace([8.5 + 6e-6, 18.5]))).toMatchObject({ agreeing: 1 });
  });

  it("counts NaN as wrong", () => {
    expect(checkWithLoop(trace([Number.NaN, 18.5]))).toMatchObject({ agreeing: 1 });
  });
});

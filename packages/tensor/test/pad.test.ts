import { ShapeError } from "@camada/conv-math";
import { expectClose, expectGradients, randomTensor } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { pad, type PadMode } from "../src/index.ts";

const row = () => tf.tensor4d([1, 2, 3], [1, 1, 1, 3]);
const sides = [0, 0, 0, 0, 0, 0, 2, 1];

describe("pad", () => {
  it.each([
    ["constant", [0, 0, 1, 2, 3, 0]],
    ["edge", [1, 1, 1, 2, 3, 3]],
    ["reflect", [3, 2, 1, 2, 3, 2]],
  ] as const)("fills in mode %s", (mode, expected) => {
    expectClose(pad(row(), sides, { mode }), tf.tensor4d([...expected], [1, 1, 1, 6]), { absolute: 0 });
  });

  it("adds a given value", () => {
    expectClose(pad(row(), sides, { constantValue: -1 }), tf.tensor4d([-1, -1, 1, 2, 3, -1], [1, 1, 1, 6]));
  });

  it.each(["constant", "edge", "reflect"] as const)("has a gradient in mode %s", (mode: PadMode) => {
    const x = randomTensor<tf.Rank.R4>([1, 2, 3, 4]);
    expectGradients(
      (a) =>
        pad(
          a,
          [0, 0, 1, 0, 2, 1, 0, 3].map((w, i) => (mode === "reflect" && i === 2 ? 0 : w)),
          { mode },
        ),
      [x],
    );
  });

  it.each([
    ["a list of another length", [1, 1], {}, "padWidth of 8 numbers, two per axis"],
    ["a negative width", [0, 0, 0, 0, 0, 0, -1, 0], {}, "whole numbers of at least 0 for axis 3"],
    [
      "a mirror as wide as the axis",
      [0, 0, 0, 0, 0, 0, 3, 0],
      { mode: "reflect" },
      "whole numbers of at least 0 and at most 2 for axis 3",
    ],
  ] as const)("refuses %s", (_, widths, options, expected) => {
    const call = () => pad(row(), widths, options);
    expect(call).toThrow(ShapeError);
    expect(call).toThrow(expected);
  });
});

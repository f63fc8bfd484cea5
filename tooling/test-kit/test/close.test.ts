import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { describe, expect, it } from "vitest";
import { expectClose } from "../src/index.ts";

describe("expectClose", () => {
  it("compares tensors, typed arrays and nested arrays with one another", () => {
    const x = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    expectClose(x, [
      [1, 2],
      [3, 4],
    ]);
    expectClose(x, Float32Array.of(1, 2, 3, 4));
    expectClose([true, false], tf.tensor1d([true, false], "bool"));
    expectClose(3, tf.scalar(3));
    expectClose([], new Float32Array());
  });

  it("checks shapes before values", () => {
    expect(() => expectClose(tf.ones([2, 3]), tf.ones([3, 2]))).toThrow("expected shape [3, 2], got [2, 3]");
    expect(() => expectClose([1], 1)).toThrow("expected shape [], got [1]");
    expect(() => expectClose(tf.ones([2, 3]), new Float32Array(5))).toThrow("expected 5 values, got 6");
  });

  it("names the worst element with both values", () => {
    const actual = [
      [1, 2.5],
      [3, 9],
    ];
    expect(() =>
      expectClose(
        actual,
        [
          [1, 2],
          [3, 4],
        ],
        { absolute: 0.1 },
      ),
    ).toThrow("expected 4 at [1, 1], got 9 (difference 5, allowed 0.1); 2 of 4 values differ");
  });

  it("lets NaN equal NaN alone and an infinity itself alone", () => {
    expectClose([NaN, Infinity, -Infinity], [NaN, Infinity, -Infinity]);
    const loose = { absolute: 1e9, relative: 1e9 };
    for (const [actual, expected] of [
      [NaN, Infinity],
      [Infinity, NaN],
      [NaN, 0],
      [0, NaN],
      [Infinity, -Infinity],
      [Infinity, 1e30],
      [1e30, Infinity],
    ] as const) {
      expect(() => expectClose([actual], [expected], loose), `${actual} ${expected}`).toThrow("at [0]");
    }
  });

  it("adds absolute and relative tolerance, a part left out being zero", () => {
    expectClose([100.5], [100], { absolute: 0.1, relative: 0.004 });
    expect(() => expectClose([100.51], [100], { absolute: 0.1, relative: 0.004 })).toThrow("allowed 0.5");
    expect(() => expectClose([1e-9], [0], { relative: 0.5 })).toThrow("allowed 0)");
  });

  it("refuses ragged arrays", () => {
    expect(() =>
      expectClose(
        [[1, 2], [3]],
        [
          [1, 2],
          [3, 4],
        ],
      ),
    ).toThrow(RangeError);
    expect(() => expectClose([[1], 2], [[1], [2]])).toThrow(RangeError);
    expect(() => expectClose([1, [2]], [1, 2])).toThrow(RangeError);
  });
});

import { ShapeError } from "@camada/conv-math";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { activeBackend, format, formatArray, type PrintableType } from "../src/index.ts";
import golden from "./golden/numpy-printing.json" with { type: "json" };

declare function atob(base64: string): string;

/** The values of a golden case, from the base64 of little-endian 32-bit words. */
function decode(data: string, dtype: string): Float32Array | Int32Array {
  const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
  return dtype === "float32" ? new Float32Array(bytes.buffer) : new Int32Array(bytes.buffer);
}

describe(`formatArray, against NumPy ${golden.versions.numpy}`, () => {
  it.each(golden.cases.map((golden, i) => ({ i, ...golden })))("prints case $i, $dtype [$shape]", (expected) => {
    const shape = expected.shape
      .split(" ")
      .filter((size) => size !== "")
      .map(Number);
    const values = decode(expected.data, expected.dtype);
    expect(formatArray(values, shape, expected.dtype as PrintableType)).toBe(expected.text);
  });
});

describe("formatArray", () => {
  it.each([
    [[1e-5, 1], "[1.e-05 1.e+00]"],
    [[1001, 1], "[1.001e+03 1.000e+00]"],
    [[100.5, 0.11], "[100.5    0.11]"],
    [[0, 0], "[0. 0.]"],
  ])("prints %j as the rules say", (values, text) => {
    expect(formatArray(values)).toBe(text);
  });

  it("rounds to float32 first", () => {
    expect(formatArray([0.1 + 1e-12])).toBe("[0.1]");
  });

  it("refuses a shape that does not hold the values", () => {
    expect(() => formatArray([1, 2, 3], [2, 2])).toThrow(ShapeError);
    expect(() => formatArray([1, 2, 3], [2, 2])).toThrow("formatArray: expected 4 values for shape [2, 2], got 3");
  });
});

describe("format", () => {
  it("adds shape and device as MXNet prints an NDArray", () => {
    const x = tf.tensor2d([0.05815094, -0.15031917, -0.01521636, -0.07997683], [2, 2]);
    expect(format(x, "gpu(0)")).toBe(
      "\n[[ 0.05815094 -0.15031917]\n [-0.01521636 -0.07997683]]\n<NDArray 2x2 @gpu(0)>",
    );
    expect(format(tf.tensor1d([1, 2], "int32"), "cpu(0)")).toBe("\n[1 2]\n<NDArray 2 @cpu(0)>");
    expect(format(tf.tensor1d([true, false], "bool"), "cpu(0)")).toBe("\n[ True False]\n<NDArray 2 @cpu(0)>");
  });

  it("names the active backend's device", () => {
    const { device } = activeBackend()!.backend;
    expect(format(tf.ones([1]))).toBe(`\n[1.]\n<NDArray 1 @${device}>`);
  });

  it("refuses strings", () => {
    expect(() => format(tf.tensor1d(["a"]))).toThrow("format: expected a tensor of float32, int32 or bool, got string");
  });
});

import { ShapeError, shapeText, sizeOf } from "@camada/conv-math";
import type { Tensor } from "@tensorflow/tfjs-core";
import { activeBackend } from "./backend.ts";
import { bracketed, shownValues } from "./format/brackets.ts";
import { booleanFormat, floatFormat, integerFormat, scalarText } from "./format/elements.ts";

/** Kinds of elements that can be printed. */
export type PrintableType = "float32" | "int32" | "bool";

/**
 * The text of a tensor as MXNet prints an NDArray: an empty line, the values as NumPy writes them, then shape and device.
 *
 * Reads the values back from the device and waits for them.
 *
 * @param x any shape; float32, int32 or bool.
 * @param device default: the active backend's, e.g. `cpu(0)`.
 * @throws {ShapeError} for tensors of strings or complex numbers.
 * @see MXNet 1.9.1, `NDArray.__repr__`
 */
export function format(x: Tensor, device = activeBackend()?.backend.device ?? "cpu(0)"): string {
  if (x.dtype === "string" || x.dtype === "complex64") {
    throw new ShapeError("format", "a tensor of float32, int32 or bool", x.dtype);
  }
  const values = x.dataSync<"float32" | "int32" | "bool">();
  return `\n${formatArray(values, x.shape, x.dtype)}\n<NDArray ${x.shape.join("x")} @${device}>`;
}

/**
 * The text of an array, character for character what `str()` gives in NumPy: shortest digits that tell a float32 from
 * its neighbours, at most 8 after the point; lines of 75 columns; from 1001 elements on the first and last three of
 * each axis.
 *
 * @param values row-major; as float32 they are rounded to float32 first.
 * @param shape default: one axis.
 * @throws {ShapeError} when `shape` does not hold `values`.
 * @see NumPy 1.23.5, checked by `scripts/numpy-printing.py`
 */
export function formatArray(
  values: ArrayLike<number>,
  shape: readonly number[] = [values.length],
  dtype: PrintableType = "float32",
): string {
  const size = sizeOf(shape);
  if (size !== values.length) {
    throw new ShapeError("formatArray", `${size} values for shape ${shapeText(shape)}`, String(values.length));
  }
  if (size === 0) return "[]";
  const grid = { values: dtype === "float32" ? Float32Array.from(values) : values, shape };
  if (shape.length === 0) return elementText(grid.values[0]!, dtype);
  const format = { float32: floatFormat, int32: integerFormat, bool: () => booleanFormat }[dtype];
  return bracketed(grid, format(shownValues(grid)));
}

function elementText(value: number, dtype: PrintableType): string {
  if (dtype === "bool") return value === 0 ? "False" : "True";
  return dtype === "int32" ? String(value) : scalarText(value);
}

import { type ReferenceConvolutionOptions, type ShapedArray, traceConvolution } from "@camada/conv-math";
import { conv2d } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import type { Localized } from "../localized.ts";
import type { TraceOutput } from "../output.ts";
import { type Check, compareNumbers } from "../verdict.ts";

/** An array `[1, channels, h, w]` or `[1, channels, kh, kw]` from one nested list per channel. */
export function plane(...channels: readonly (readonly (readonly number[])[])[]): ShapedArray<readonly number[]> {
  const [first] = channels as [readonly (readonly number[])[]];
  return { shape: [1, channels.length, first.length, first[0]!.length], data: channels.flat(2) };
}

/** Rows of consecutive numbers, row-major. */
export function counting(rows: number, columns: number, start: number): number[][] {
  return Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (__, j) => start + i * columns + j));
}

/** Convolves on the active backend and gathers what a stepper shows. */
export async function stepper(
  name: string,
  caption: Localized,
  x: ShapedArray,
  weight: ShapedArray,
  options: ReferenceConvolutionOptions = {},
  steps?: readonly (readonly number[])[],
): Promise<TraceOutput> {
  const y = tf.tidy(() => conv2d(tensor4d(x), tensor4d(weight), undefined, options));
  try {
    const output = { shape: y.shape, data: await y.data() };
    return { kind: "trace", name, caption, x, weight, options, output, steps: steps ?? allPositions(y.shape) };
  } finally {
    y.dispose();
  }
}

/** Compares a stepper's output, which the backend computed, with a plain loop over the same numbers. */
export function checkAgainstLoop(trace: TraceOutput, what: Localized, tolerance = 0): Check {
  const loop = [...traceConvolution(trace.x, trace.weight, { ...trace.options, precision: "float32" }).cells()];
  return compareNumbers({
    what,
    against: "loop",
    live: trace.output.data,
    expected: loop.map((cell) => cell.output),
    names: loop.map(({ position }) => `Y[${position.join(", ")}]`),
    tolerance,
  });
}

/** Every position of the first output channel, row-major. */
function allPositions(outputShape: readonly number[]): number[][] {
  const [, , h, w] = outputShape as [number, number, number, number];
  return Array.from({ length: h * w }, (_, i) => [Math.floor(i / w), i % w]);
}

function tensor4d({ shape, data }: ShapedArray): tf.Tensor4D {
  return tf.tensor4d(Float32Array.from(data), [...shape] as [number, number, number, number]);
}

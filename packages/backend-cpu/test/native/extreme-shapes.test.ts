import {
  CONVOLUTION,
  CONVOLUTION_INPUT_GRADIENT,
  CONVOLUTION_WEIGHT_GRADIENT,
  DENSE,
  DENSE_INPUT_GRADIENT,
  DENSE_WEIGHT_GRADIENT,
  POOL,
  POOL_GRADIENT,
  SGD_UPDATE,
  SOFTMAX_CROSS_ENTROPY,
  SOFTMAX_CROSS_ENTROPY_GRADIENT,
  updateInputs,
} from "@camada/tensor";
import { sizeOf } from "@camada/test-kit";
import type { KernelValues } from "@camada/test-kit/kernel-suites";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { OutOfMemoryError } from "../../src/out-of-memory.ts";
import { nativeBackend, runNative, runNativeSingle } from "./native-run.ts";

const ones = (...shape: number[]): KernelValues => ({ shape, data: new Float32Array(sizeOf(shape)).fill(1) });
const labelsOf = (count: number): KernelValues => ({ shape: [count], data: new Int32Array(count) });
const numbers = ({ shape, data }: KernelValues) => ({ shape, data: [...data] });

const geometry = {
  strides: [1, 1],
  padBegin: [1, 1],
  padEnd: [1, 1],
  dilations: [1, 1],
  groups: 1,
  activation: "relu",
};
const pool = {
  kernel: [2, 2],
  strides: [1, 1],
  padBegin: [0, 0],
  padEnd: [0, 0],
  outputSize: [4, 4],
  countIncludePad: true,
};

describe("a dimension of zero on the native engine", () => {
  it("gives a convolution without images, channels or columns", () => {
    const weight = ones(2, 3, 3, 3);
    const bias = ones(2);
    const run = (x: KernelValues, w = weight) =>
      numbers(runNativeSingle(CONVOLUTION, { x, weight: w, bias }, geometry));
    expect(run(ones(0, 3, 5, 5))).toEqual({ shape: [0, 2, 5, 5], data: [] });
    // Nothing but padding under the windows: the bias alone.
    expect(run(ones(1, 3, 2, 1), ones(2, 3, 3, 3)).shape).toEqual([1, 2, 2, 1]);
    expect(run(ones(1, 0, 2, 2), ones(2, 0, 3, 3))).toEqual({ shape: [1, 2, 2, 2], data: Array(8).fill(1) });
  });

  it.each([1, 3])("gives gradients of zero to convolutions without images, in %i groups", (groups) => {
    const attrs = { ...geometry, groups, activation: "linear" };
    const weightShape = [3, 3 / groups, 3, 3];
    const dy = ones(0, 3, 5, 5);
    const [dw, db] = runNative(
      CONVOLUTION_WEIGHT_GRADIENT,
      { x: ones(0, 3, 5, 5), dy },
      { ...attrs, weightShape, withBias: true },
    );
    expect(numbers(dw!)).toEqual({ shape: weightShape, data: Array(sizeOf(weightShape)).fill(0) });
    expect(numbers(db!)).toEqual({ shape: [3], data: [0, 0, 0] });
    const inputShape = [0, 3, 5, 5];
    const dx = runNativeSingle(
      CONVOLUTION_INPUT_GRADIENT,
      { dy, weight: ones(...weightShape) },
      { ...attrs, inputShape },
    );
    expect(numbers(dx)).toEqual({ shape: inputShape, data: [] });
  });

  it("gives dense layers without rows, inputs or units", () => {
    const attrs = { activation: "linear" };
    const run = (n: number, inUnits: number, units: number) =>
      numbers(runNativeSingle(DENSE, { x: ones(n, inUnits), weight: ones(units, inUnits), bias: ones(units) }, attrs));
    expect(run(0, 4, 3)).toEqual({ shape: [0, 3], data: [] });
    expect(run(2, 0, 3)).toEqual({ shape: [2, 3], data: Array(6).fill(1) });
    expect(run(2, 4, 0)).toEqual({ shape: [2, 0], data: [] });
    const dx = runNativeSingle(DENSE_INPUT_GRADIENT, { dy: ones(2, 0), weight: ones(0, 4) }, attrs);
    expect(numbers(dx)).toEqual({ shape: [2, 4], data: Array(8).fill(0) });
    const [dw, db] = runNative(DENSE_WEIGHT_GRADIENT, { x: ones(0, 4), dy: ones(0, 3) }, { ...attrs, withBias: true });
    expect(numbers(dw!)).toEqual({ shape: [3, 4], data: Array(12).fill(0) });
    expect(numbers(db!)).toEqual({ shape: [3], data: [0, 0, 0] });
  });

  it.each(["max", "avg"])("gives %s pooling without images or channels", (kind) => {
    for (const [n, c] of [
      [0, 3],
      [2, 0],
    ] as const) {
      const x = ones(n, c, 5, 5);
      const y = runNativeSingle(POOL, { x }, { ...pool, kind });
      expect(numbers(y)).toEqual({ shape: [n, c, 4, 4], data: [] });
      const dx = runNativeSingle(POOL_GRADIENT, { dy: ones(n, c, 4, 4), x }, { ...pool, kind });
      expect(numbers(dx)).toEqual({ shape: [n, c, 5, 5], data: [] });
    }
  });

  it("gives losses and steps without rows", () => {
    const logits = ones(0, 5);
    const [loss, probabilities] = runNative(SOFTMAX_CROSS_ENTROPY, { logits, labels: labelsOf(0) });
    expect([loss!.shape, probabilities!.shape]).toEqual([[0], [0, 5]]);
    const inputs = { dLoss: ones(0), labels: labelsOf(0), probabilities: logits };
    expect(runNativeSingle(SOFTMAX_CROSS_ENTROPY_GRADIENT, inputs).shape).toEqual([0, 5]);
    tf.tidy(() => {
      const parameter = { weight: tf.ones([0]), gradient: tf.ones([0]), momentum: tf.ones([0]) };
      const attrs = { count: 1, rescale: 1, clip: 0, learningRates: [0.1], wds: [0], momentum: 0.9 };
      expect(() => tf.engine().runKernel(SGD_UPDATE, updateInputs([parameter]), attrs)).not.toThrow();
    });
  });

  it.each<[string, () => tf.Tensor, number[], number[]]>([
    ["add", () => tf.add(tf.ones([0, 3]), 1), [0, 3], []],
    ["add of a row", () => tf.add(tf.ones([0, 3]), tf.ones([3])), [0, 3], []],
    ["exp", () => tf.exp(tf.ones([2, 0])), [2, 0], []],
    ["less", () => tf.less(tf.ones([0]), tf.ones([1])), [0], []],
    ["cast", () => tf.cast(tf.ones([0, 2]), "int32"), [0, 2], []],
    ["sum", () => tf.sum(tf.ones([2, 0]), 1), [2], [0, 0]],
    ["sum of all", () => tf.sum(tf.ones([0, 7])), [], [0]],
    ["prod", () => tf.prod(tf.ones([2, 0]), 1), [2], [1, 1]],
    ["max of no columns", () => tf.max(tf.ones([0, 3]), 1), [0], []],
    ["mean of no rows", () => tf.mean(tf.ones([0, 3]), 1), [0], []],
    ["argMax", () => tf.argMax(tf.ones([0, 3]), 1), [0], []],
    ["cumsum", () => tf.cumsum(tf.ones([0, 3]), 1), [0, 3], []],
    ["softmax", () => tf.softmax(tf.ones([0, 3])), [0, 3], []],
    ["matMul of no rows", () => tf.matMul(tf.ones([0, 3]), tf.ones([3, 2])), [0, 2], []],
    ["matMul over nothing", () => tf.matMul(tf.ones([2, 0]), tf.ones([0, 2])), [2, 2], [0, 0, 0, 0]],
    ["transpose", () => tf.transpose(tf.ones([0, 3, 2])), [2, 3, 0], []],
    [
      "pad",
      () =>
        tf.pad(
          tf.ones([0, 2]),
          [
            [1, 0],
            [0, 0],
          ],
          5,
        ),
      [1, 2],
      [5, 5],
    ],
    ["concat", () => tf.concat([tf.ones([0, 2]), tf.ones([1, 2])]), [1, 2], [1, 1]],
    ["slice", () => tf.slice(tf.ones([3, 2]), [1, 0], [0, 2]), [0, 2], []],
    ["gather", () => tf.gather(tf.ones([3, 2]), tf.tensor1d([], "int32")), [0, 2], []],
    ["tile", () => tf.tile(tf.ones([2]), [0]), [0], []],
    ["reverse", () => tf.reverse(tf.ones([0, 2]), 0), [0, 2], []],
    ["oneHot", () => tf.oneHot(tf.tensor1d([], "int32"), 3), [0, 3], []],
    ["where", () => tf.where(tf.cast(tf.ones([0]), "bool"), tf.ones([0]), tf.zeros([0])), [0], []],
  ])("is taken by %s", (_, operation, shape, values) => {
    tf.tidy(() => {
      const y = operation();
      expect({ shape: y.shape, values: [...y.dataSync()] }).toEqual({ shape, values });
    });
  });
});

describe("shapes beyond every memory on the native engine", () => {
  const x = () => ones(1, 1, 4, 4);
  const huge = 2 ** 40;
  const before = () => ({ tensors: tf.memory().numTensors, bytes: nativeBackend().memoryPool.statistics().inUseBytes });

  it.each<[string, () => unknown]>([
    [
      "convolution",
      () =>
        runNativeSingle(
          CONVOLUTION,
          { x: x(), weight: ones(1, 1, 1, 1) },
          { ...geometry, padBegin: [0, 0], padEnd: [huge, huge] },
        ),
    ],
    ["pooling", () => runNativeSingle(POOL, { x: x() }, { ...pool, kind: "max", outputSize: [huge, huge] })],
    [
      "gradient of a convolution",
      () =>
        runNativeSingle(
          CONVOLUTION_INPUT_GRADIENT,
          { dy: x(), weight: ones(1, 1, 1, 1) },
          { ...geometry, activation: "linear", inputShape: [1, 1, huge, huge] },
        ),
    ],
    [
      "gradient of a weight",
      () =>
        runNative(
          CONVOLUTION_WEIGHT_GRADIENT,
          { x: x(), dy: x() },
          { ...geometry, activation: "linear", weightShape: [1, 1, huge, huge], withBias: true },
        ),
    ],
    [
      "pad",
      () =>
        tf.tidy(() =>
          tf.pad(tf.ones([2, 2]), [
            [0, huge],
            [0, huge],
          ]),
        ),
    ],
    ["tile", () => tf.tidy(() => tf.tile(tf.ones([2, 2]), [huge, huge]))],
    ["broadcast", () => tf.tidy(() => tf.broadcastTo(tf.ones([1, 1]), [huge, huge]))],
    ["add", () => tf.tidy(() => tf.add(tf.ones([2 ** 26, 1]), tf.ones([1, 2 ** 26])))],
    ["matrix product", () => tf.tidy(() => tf.matMul(tf.ones([2 ** 24, 1]), tf.ones([1, 2 ** 24])))],
    ["resize", () => tf.tidy(() => tf.image.resizeBilinear(tf.ones([1, 2, 2, 1]) as tf.Tensor4D, [2 ** 25, 2 ** 25]))],
  ])("are refused by type in a %s, and nothing is left behind", (_, operation) => {
    const held = before();
    let error: unknown;
    try {
      operation();
    } catch (reason) {
      error = reason;
    }
    // JavaScript refuses the shapes of which it holds the elements.
    const isTyped = error instanceof OutOfMemoryError || error instanceof RangeError;
    expect({ isTyped, error: String(error).slice(0, 80) }).toMatchObject({ isTyped: true });
    expect(before()).toEqual(held);
  });
});

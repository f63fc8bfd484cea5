import { referencePooling, ShapeError } from "@camada/conv-math";
import { expectClose, expectGradients, expectNoLeak, randomTensor } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { avgPool, globalAvgPool, globalMaxPool, maxPool, type AvgPoolOptions } from "../src/index.ts";
import { shaped, unshaped } from "./shaped.ts";

const geometries: AvgPoolOptions[] = [
  { poolSize: 2 },
  { poolSize: 2, ceilMode: true },
  { poolSize: 3, strides: 1, padding: 1 },
  { poolSize: 3, strides: 2, padding: 1, ceilMode: true },
  { poolSize: 2, strides: 3 },
  { poolSize: 3, strides: 2, padding: 1, countIncludePad: false, ceilMode: true },
  { poolSize: 2, strides: 5, padding: 1, ceilMode: true },
];

describe.each(["max", "avg"] as const)("%sPool", (kind) => {
  const pool = kind === "max" ? maxPool : avgPool;

  it.each([1, 2, 3].flatMap((axes) => geometries.map((options) => [axes, options] as const)))(
    "agrees with nested loops over %i axes: %o",
    (axes, options) => {
      const x = randomTensor<tf.Rank>([2, 3, ...[7, 5, 5].slice(0, axes)]);
      const expected = referencePooling(shaped(x), { kind, ...options });
      expectClose(pool(x, options), unshaped(expected), { absolute: 1e-6 });
    },
  );

  it.each(geometries)("has gradients: %o", (options) => {
    const x = randomTensor<tf.Rank>([1, 1, 5, 5], { distinct: true });
    expectGradients((a) => pool(a, options), [x]);
  });

  it("leaves no tensor behind", () => {
    const x = randomTensor<tf.Rank.R4>([1, 2, 5, 5]);
    expectNoLeak(() => pool(x, { poolSize: 3, padding: 1, ceilMode: true }).dispose());
  });

  it("refuses a window beyond the padded input", () => {
    const call = () => pool(tf.ones([1, 1, 3, 3]), { poolSize: [6, 2], padding: [1, 0] });
    expect(call).toThrow(ShapeError);
    expect(call).toThrow(new RegExp(`^${kind}Pool: expected `));
  });
});

describe("maxPool", () => {
  it("gives its gradient to the first of equal maxima", () => {
    const dx = tf.grad((x: tf.Tensor) => maxPool(x, { poolSize: 2 }))(tf.ones([1, 1, 2, 2]));
    expectClose(dx, tf.tensor4d([1, 0, 0, 0], [1, 1, 2, 2]), { absolute: 0 });
  });

  it("has gradients over volumes with windows of three extents", () => {
    const x = randomTensor<tf.Rank>([1, 1, 3, 5, 3], { distinct: true });
    const options = { poolSize: [2, 4, 3], strides: [1, 3, 2], padding: [0, 2, 1] };
    expectGradients((a) => maxPool(a, options), [x]);
  });

  it("gives a volume's gradient to the first of equal maxima", () => {
    const dx = tf.grad((x: tf.Tensor) => maxPool(x, { poolSize: 2 }))(tf.ones([1, 1, 2, 2, 2]));
    expectClose(dx, tf.tensor([1, 0, 0, 0, 0, 0, 0, 0], [1, 1, 2, 2, 2]), { absolute: 0 });
  });
});

describe("global pooling", () => {
  it("refuses a batch without a spatial axis", () => {
    const call = () => globalAvgPool(tf.ones([2, 3]));
    expect(call).toThrow(ShapeError);
    expect(call).toThrow("globalAvgPool: expected x of rank 3 or more, got [2, 3]");
  });
});

describe("avgPool", () => {
  it("divides by padding too, unless told otherwise", () => {
    const x = tf.ones<tf.Rank.R4>([1, 1, 3, 3]);
    const corner = (countIncludePad: boolean) =>
      avgPool(x, { poolSize: 3, strides: 1, padding: 1, countIncludePad }).dataSync()[0];
    expect(corner(true)).toBeCloseTo(4 / 9, 6);
    expect(corner(false)).toBe(1);
  });
});

describe("global pooling", () => {
  it("keeps the rank", () => {
    const x = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 9], [1, 2, 2, 2]);
    expectClose(globalMaxPool(x), tf.tensor4d([4, 9], [1, 2, 1, 1]), { absolute: 0 });
    expectClose(globalAvgPool(x), tf.tensor4d([2.5, 6.75], [1, 2, 1, 1]), { absolute: 0 });
    expectClose(globalMaxPool(tf.transpose(x, [0, 2, 3, 1]), "NHWC"), tf.tensor4d([4, 9], [1, 1, 1, 2]), {
      absolute: 0,
    });
  });
});

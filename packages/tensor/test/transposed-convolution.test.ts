import { referenceTransposedConvolution, ShapeError } from "@camada/conv-math";
import { expectClose, expectGradients, randomTensor } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import {
  conv1dTranspose,
  conv2d,
  conv2dTranspose,
  conv3dTranspose,
  type TransposedConvolutionOptions,
} from "../src/index.ts";
import { shaped, unshaped } from "./shaped.ts";

function run(x: tf.Tensor, weight: tf.Tensor, bias?: tf.Tensor, options?: TransposedConvolutionOptions): tf.Tensor {
  if (x.rank === 3) return conv1dTranspose(x as tf.Tensor3D, weight as tf.Tensor3D, bias, options);
  if (x.rank === 4) return conv2dTranspose(x as tf.Tensor4D, weight as tf.Tensor4D, bias, options);
  return conv3dTranspose(x as tf.Tensor5D, weight as tf.Tensor5D, bias, options);
}

describe("transposed convolution", () => {
  it("spreads one pixel into the kernel", () => {
    const y = conv2dTranspose(tf.tensor4d([2], [1, 1, 1, 1]), tf.tensor4d([1, 2, 3, 4], [1, 1, 2, 2]));
    expectClose(y, tf.tensor4d([2, 4, 6, 8], [1, 1, 2, 2]), { absolute: 0 });
  });

  const cases: [axes: number, options: TransposedConvolutionOptions][] = [1, 2, 3].flatMap(
    (axes): [number, TransposedConvolutionOptions][] => [
      [axes, {}],
      [axes, { strides: 2 }],
      [axes, { strides: 2, padding: 1, outputPadding: 1 }],
      [axes, { strides: 3, dilation: 2, groups: 2 }],
      [axes, { padding: 1, dilation: 2 }],
    ],
  );

  it.each(cases)("agrees with nested loops over %i axes: %o", (axes, options) => {
    const groups = options.groups ?? 1;
    const x = randomTensor<tf.Rank>([2, 4, ...[4, 3, 3].slice(0, axes)]);
    const weight = randomTensor<tf.Rank>([4, 6 / groups, ...[3, 2, 3].slice(0, axes)], { seed: 2 });
    const bias = randomTensor<tf.Rank.R1>([6], { seed: 3 });
    const expected = referenceTransposedConvolution(shaped(x), shaped(weight), { ...options, bias: bias.dataSync() });
    const y = run(x, weight, bias, options);
    expectClose(y, unshaped(expected), { absolute: 2e-4 });
  });

  it.each([
    { strides: 2, groups: 2 },
    { padding: 1, activation: "tanh" },
  ] as const)("has gradients: %o", (options) => {
    const x = randomTensor<tf.Rank.R4>([1, 2, 3, 3], { low: -0.5, high: 0.5 });
    const weight = randomTensor<tf.Rank.R4>([2, 1, 3, 2], { low: -0.5, high: 0.5, seed: 2 });
    const channels = "groups" in options ? 2 : 1;
    const bias = randomTensor<tf.Rank.R1>([channels], { low: -0.5, high: 0.5, seed: 3 });
    expectGradients((...[a, b, c]) => run(a!, b!, c, options), [x, weight, bias]);
  });

  it("is the adjoint of conv2d: <conv(x), y> = <x, convT(y)>", () => {
    const options = { strides: [2, 1], padding: [1, 0] } as const;
    const x = randomTensor<tf.Rank.R4>([1, 3, 7, 5]);
    const weight = randomTensor<tf.Rank.R4>([4, 3, 3, 2], { seed: 2 });
    const there = conv2d(x, weight, undefined, options);
    const y = randomTensor<tf.Rank.R4>(there.shape, { seed: 3 });
    const back = conv2dTranspose(y, weight, undefined, options);
    expect(back.shape).toEqual(x.shape);
    const [left, right] = [tf.sum(tf.mul(there, y)), tf.sum(tf.mul(x, back))].map((t) => t.dataSync()[0]!);
    expect(Math.abs(left! - right!)).toBeLessThan(1e-5 * Math.abs(left!));
  });

  it.each([
    ["outputPadding that reaches the stride", [1, 1, 3, 3], [1, 1, 3, 3], { strides: 2, outputPadding: 2 }],
    ["input channels", [1, 2, 3, 3], [3, 1, 3, 3], {}],
    ["groups", [1, 3, 3, 3], [3, 1, 3, 3], { groups: 2 }],
    ["padding that leaves nothing", [1, 1, 1, 1], [1, 1, 2, 2], { padding: 1 }],
  ] as const)("refuses wrong %s", (_, x, weight, options) => {
    const call = () => conv2dTranspose(tf.ones([...x]), tf.ones([...weight]), undefined, options);
    expect(call).toThrow(ShapeError);
    expect(call).toThrow(/^conv2dTranspose: expected /);
  });
});

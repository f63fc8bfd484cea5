import {
  referenceConvolution,
  referenceConvolutionInputGradient,
  referenceConvolutionWeightGradient,
  ShapeError,
} from "@camada/conv-math";
import { expectClose, expectGradients, expectNoLeak, randomTensor, thinned } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { conv1d, conv2d, conv3d, type ConvolutionOptions } from "../src/index.ts";
import { shaped, unshaped } from "./shaped.ts";

/** Every combination of the listed values. */
function grid<T extends Record<string, readonly unknown[]>>(lists: T): { [K in keyof T]: T[K][number] }[] {
  let rows: Record<string, unknown>[] = [{}];
  for (const [key, values] of Object.entries(lists)) {
    rows = rows.flatMap((row) => values.map((value) => ({ ...row, [key]: value })));
  }
  return rows as { [K in keyof T]: T[K][number] }[];
}

describe("conv2d", () => {
  it("gives the lesson's worked example, 19 25 37 43", () => {
    const x = tf.tensor4d([0, 1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 3, 3]);
    const weight = tf.tensor4d([0, 1, 2, 3], [1, 1, 2, 2]);
    expectClose(conv2d(x, weight), tf.tensor4d([19, 25, 37, 43], [1, 1, 2, 2]), { absolute: 0 });
  });

  it("adds up two input channels to the lesson's 56", () => {
    const x = tf.tensor4d([0, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 3]);
    const weight = tf.tensor4d([0, 1, 2, 3, 1, 2, 3, 4], [1, 2, 2, 2]);
    expect(conv2d(x, weight).dataSync()[0]).toBe(56);
  });

  it("does not flip the kernel", () => {
    const x = tf.tensor4d([1, 2, 3], [1, 1, 1, 3]);
    expectClose(conv2d(x, tf.tensor4d([10, 1], [1, 1, 1, 2])), tf.tensor4d([12, 23], [1, 1, 1, 2]), { absolute: 0 });
  });

  const geometries = grid({
    kernel: [
      [1, 1],
      [2, 3],
      [3, 3],
      [5, 2],
    ] as const,
    strides: [1, 2, [3, 1]] as const,
    padding: [
      0,
      [1, 2],
      [
        [2, 0],
        [0, 1],
      ],
    ] as const,
    dilation: [1, [2, 3]] as const,
    groups: [1, 2, 4] as const,
  }).filter(({ kernel, dilation, padding }) => {
    const span = kernel.map((k, i) => (dilation === 1 ? 1 : dilation[i]!) * (k - 1) + 1);
    const added = [0, 1].map((i) => {
      if (padding === 0) return 0;
      const entry = padding[i]!;
      return typeof entry === "number" ? 2 * entry : entry[0] + entry[1];
    });
    return span.every((extent, i) => extent <= 7 + added[i]!);
  });

  it("covers kernel × stride × padding × dilation × groups", () => {
    expect(geometries.length).toBeGreaterThan(150);
  });

  it.each(thinned(geometries))("agrees with nested loops: %o", ({ kernel, groups, ...rest }) => {
    tf.tidy(() => {
      const options: ConvolutionOptions = { ...rest, groups };
      const x = randomTensor<tf.Rank.R4>([2, 4, 7, 7], { seed: 3 });
      const weight = randomTensor<tf.Rank.R4>([8, 4 / groups, ...kernel], { seed: 4 });
      const bias = randomTensor<tf.Rank.R1>([8], { seed: 5 });
      const expected = referenceConvolution(shaped(x), shaped(weight), { ...options, bias: bias.dataSync() });
      // At most 4·5·2 products below 4 and a bias, summed in float32: 41 roundings of sums below 60.
      const tolerance = { absolute: 41 * 60 * 2 ** -24, relative: 0 };
      expectClose(conv2d(x, weight, bias, options), unshaped(expected), tolerance);

      const dy = randomTensor<tf.Rank.R4>(expected.shape as never, { seed: 6 });
      const gradients = tf.grads((...inputs: tf.Tensor[]) =>
        conv2d(inputs[0] as tf.Tensor4D, inputs[1] as tf.Tensor4D, inputs[2], options),
      )([x, weight, bias], dy);
      const dx = referenceConvolutionInputGradient(shaped(dy), shaped(weight), x.shape, options);
      const dw = referenceConvolutionWeightGradient(shaped(x), shaped(dy), weight.shape, options);
      // dx: up to 8·10 products; dw: up to 2·121 products, both below 4 each and summed in float32.
      expectClose(gradients[0]!, unshaped(dx), { absolute: 80 * 120 * 2 ** -24 });
      expectClose(gradients[1]!, unshaped(dw), { absolute: 242 * 300 * 2 ** -24 });
      expectClose(gradients[2]!, tf.sum(dy, [0, 2, 3]), { absolute: 242 * 100 * 2 ** -24 });
    });
  });

  it("gives the same through either layout", () => {
    const x = randomTensor<tf.Rank.R4>([2, 3, 6, 5]);
    const weight = randomTensor<tf.Rank.R4>([4, 3, 3, 2], { seed: 2 });
    const last = conv2d(tf.transpose(x, [0, 2, 3, 1]), weight, undefined, { padding: 1, layout: "NHWC" });
    expectClose(tf.transpose(last, [0, 3, 1, 2]), conv2d(x, weight, undefined, { padding: 1 }), { absolute: 1e-5 });
  });

  it.each(["relu", "sigmoid", "tanh", "softrelu", "softsign"] as const)("differentiates through %s", (activation) => {
    const x = randomTensor<tf.Rank.R4>([1, 2, 4, 4], { low: -0.5, high: 0.5, margin: 0.05, seed: 8 });
    const weight = randomTensor<tf.Rank.R4>([2, 2, 3, 3], { low: -0.5, high: 0.5, margin: 0.05, seed: 9 });
    const bias = tf.tensor1d([0.75, -0.625]); // keeps the sums away from the kinks of relu and of softsign's slope
    const f = (...[a, b, c]: tf.Tensor[]) => conv2d(a as tf.Tensor4D, b as tf.Tensor4D, c, { padding: 1, activation });
    expectGradients(
      f,
      ["relu", "softsign"].includes(activation) ? [x, weight, tf.tensor1d([4, -4])] : [x, weight, bias],
    );
  });

  it("differentiates its gradients again", () => {
    const x = randomTensor<tf.Rank.R4>([1, 2, 4, 3]);
    const weight = randomTensor<tf.Rank.R4>([2, 2, 2, 2], { seed: 2 });
    const y = conv2d(x, weight, undefined, { padding: 1 });
    const dy = randomTensor<tf.Rank.R4>(y.shape, { seed: 3 });
    const f = (a: tf.Tensor, b: tf.Tensor, d: tf.Tensor): tf.Tensor => {
      const inner = tf.grads((...p: tf.Tensor[]) =>
        conv2d(p[0] as tf.Tensor4D, p[1] as tf.Tensor4D, undefined, { padding: 1 }),
      );
      const [dx, dw] = inner([a, b], d);
      return tf.concat([tf.reshape(tf.square(dx!), [-1]), tf.reshape(tf.square(dw!), [-1])]);
    };
    expectGradients(f, [x, weight, dy], { relative: 5e-4, absolute: 1e-3 });
  });

  it("leaves no tensor behind", () => {
    const x = randomTensor<tf.Rank.R4>([1, 2, 5, 5]);
    const weight = randomTensor<tf.Rank.R4>([2, 1, 3, 3]);
    expectNoLeak(() => conv2d(x, weight, undefined, { groups: 2, dilation: 2, activation: "tanh" }).dispose());
    expectNoLeak(() => {
      const { grads, value } = tf.valueAndGrads((...p: tf.Tensor[]) =>
        conv2d(p[0] as tf.Tensor4D, p[1] as tf.Tensor4D, undefined, { groups: 2 }),
      )([x, weight]);
      tf.dispose([grads, value]);
    });
  });

  it.each([
    ["rank of x", [2, 3, 8], [6, 3, 3, 3], {}, "x of rank 4"],
    ["rank of weight", [1, 3, 8, 8], [6, 3, 3], {}, "weight of rank 4"],
    ["channels", [8, 3, 32, 32], [6, 1, 5, 5], {}, "weight to have 3 input channels (axis 1)"],
    ["groups of the input", [1, 3, 8, 8], [6, 1, 3, 3], { groups: 2 }, "groups to divide the 3 input channels"],
    ["groups of the output", [1, 4, 8, 8], [5, 2, 3, 3], { groups: 2 }, "groups to divide the 5 output channels"],
    ["kernel beyond the padded input", [1, 1, 3, 3], [1, 1, 6, 1], { padding: [1, 0] }, undefined],
    ["dilated kernel beyond the input", [1, 1, 5, 5], [1, 1, 3, 3], { dilation: 3 }, undefined],
    ["stride of zero", [1, 1, 5, 5], [1, 1, 3, 3], { strides: 0 }, undefined],
    ["padding for one axis", [1, 1, 5, 5], [1, 1, 3, 3], { padding: [1] }, undefined],
    ["negative padding", [1, 1, 5, 5], [1, 1, 3, 3], { padding: -1 }, undefined],
  ] as const)("refuses a wrong %s", (_, xShape, weightShape, options, expected) => {
    const call = () =>
      conv2d(
        tf.ones([...xShape] as number[] as never),
        tf.ones([...weightShape] as number[] as never),
        undefined,
        options,
      );
    expect(call).toThrow(ShapeError);
    expect(call).toThrow(expect.objectContaining({ op: "conv2d", ...(expected === undefined ? {} : { expected }) }));
  });

  it("refuses a bias of another length", () => {
    const call = () => conv2d(tf.ones([1, 1, 3, 3]), tf.ones([2, 1, 2, 2]), tf.ones([3]));
    expect(call).toThrow("conv2d: expected bias of shape [2], got [3]");
  });
});

describe.each([
  ["conv1d", 1],
  ["conv3d", 3],
] as const)("%s", (op, axes) => {
  const run = (x: tf.Tensor, weight: tf.Tensor, bias?: tf.Tensor, options?: ConvolutionOptions): tf.Tensor =>
    op === "conv1d"
      ? conv1d(x as tf.Tensor3D, weight as tf.Tensor3D, bias, options)
      : conv3d(x as tf.Tensor5D, weight as tf.Tensor5D, bias, options);
  const spatial = [6, 5, 4].slice(0, axes);
  const kernel = [3, 2, 2].slice(0, axes);

  it.each(grid({ strides: [1, 2], padding: [0, 1], dilation: [1, 2], groups: [1, 2] }))(
    "agrees with nested loops: %o",
    (options) => {
      const x = randomTensor<tf.Rank>([2, 4, ...spatial], { seed: 3 });
      const weight = randomTensor<tf.Rank>([6, 4 / options.groups, ...kernel], { seed: 4 });
      const bias = randomTensor<tf.Rank.R1>([6], { seed: 5 });
      const expected = referenceConvolution(shaped(x), shaped(weight), { ...options, bias: bias.dataSync() });
      expectClose(run(x, weight, bias, options), unshaped(expected), {
        absolute: 2e-4,
      });
      const dy = randomTensor<tf.Rank>([...expected.shape], { seed: 6 });
      const [dx, dw] = tf.grads((...p: tf.Tensor[]) => run(p[0]!, p[1]!, undefined, options))([x, weight], dy);
      const expectedDx = referenceConvolutionInputGradient(shaped(dy), shaped(weight), x.shape, options);
      const expectedDw = referenceConvolutionWeightGradient(shaped(x), shaped(dy), weight.shape, options);
      expectClose(dx!, unshaped(expectedDx), { absolute: 2e-4 });
      expectClose(dw!, unshaped(expectedDw), { absolute: 4e-4 });
    },
  );
});

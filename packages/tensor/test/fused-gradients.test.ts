import { expectClose, expectGradients, expectNoLeak, randomTensor } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, it } from "vitest";
import {
  ACTIVATION_GRADIENT,
  activations,
  attachGrad,
  BIAS_GRADIENT,
  conv2d,
  CONVOLUTION,
  CONVOLUTION_INPUT_GRADIENT,
  CONVOLUTION_WEIGHT_GRADIENT,
  convertLayout,
  dense,
  DENSE,
  DENSE_INPUT_GRADIENT,
  DENSE_WEIGHT_GRADIENT,
  detachGrad,
  gradientSlot,
  preferredLayout,
  record,
  SOFTMAX_CROSS_ENTROPY_GRADIENT,
  softmaxCrossEntropy,
} from "../src/index.ts";
import { runKernel, runKernelAll } from "../src/run-kernel.ts";
import { undoesActivationsOnce } from "../src/undone-once.ts";
import { withComposed } from "./composed-form.ts";

const geometries = [
  { strides: [1, 1], padBegin: [0, 0], padEnd: [0, 0], dilations: [1, 1], groups: 1 },
  { strides: [2, 1], padBegin: [1, 2], padEnd: [0, 1], dilations: [1, 2], groups: 1 },
  { strides: [1, 1], padBegin: [1, 1], padEnd: [1, 1], dilations: [1, 1], groups: 2 },
];

function expectAllClose(actual: readonly tf.Tensor[], expected: readonly tf.Tensor[]): void {
  expect(actual.length).toBe(expected.length);
  // Sums of at most 200 terms below 2, in another order.
  actual.forEach((tensor, i) => expectClose(tensor, expected[i]!, { absolute: 5e-5 }));
}

describe.each(activations)("fused gradients through %s", (activation) => {
  it.each(geometries)("of a convolution agree with those in parts, fused and composed: %o", (geometry) => {
    tf.tidy(() => {
      const batch = (shape: number[], seed: number) =>
        convertLayout(randomTensor<tf.Rank>(shape, { low: -1, high: 1, seed }), "NCHW", preferredLayout());
      const x = batch([2, 4, 7, 6], 1);
      const weight = randomTensor<tf.Rank>([6, 4 / geometry.groups, 3, 2], { low: -1, high: 1, seed: 2 });
      const bias = randomTensor<tf.Rank>([6], { low: -1, high: 1, seed: 3 });
      const shapes = { inputShape: x.shape, weightShape: weight.shape };
      const y = runKernel(CONVOLUTION, { x, weight, bias }, { ...geometry, activation });
      const dy = randomTensor<tf.Rank>(y.shape, { low: -1, high: 1, seed: 4 });

      const gradients = (withBias: boolean) => {
        const inputs = { dy, y: activation === "linear" ? undefined : y };
        const attrs = { ...geometry, ...shapes, activation };
        return [
          runKernel(CONVOLUTION_INPUT_GRADIENT, { ...inputs, weight }, attrs),
          ...runKernelAll(CONVOLUTION_WEIGHT_GRADIENT, { ...inputs, x }, { ...attrs, withBias }),
        ];
      };
      const attrs = { ...geometry, ...shapes, activation: "linear", withBias: false };
      const dz = runKernel(ACTIVATION_GRADIENT, { dy, y }, { activation });
      const inParts = [
        runKernel(CONVOLUTION_INPUT_GRADIENT, { dy: dz, weight }, attrs),
        runKernel(CONVOLUTION_WEIGHT_GRADIENT, { dy: dz, x }, attrs),
        runKernel(BIAS_GRADIENT, { dy: dz }),
      ];
      expectAllClose(gradients(true), inParts);
      expectAllClose(gradients(false), inParts.slice(0, 2));
      const composed = withComposed([CONVOLUTION_INPUT_GRADIENT, CONVOLUTION_WEIGHT_GRADIENT], () => gradients(true));
      expectAllClose(composed, inParts);
    });
  });

  it.each([1, 2, 7, 33])("of a dense layer of %i units agree with those in parts, fused and composed", (units) => {
    tf.tidy(() => {
      const x = randomTensor<tf.Rank.R2>([5, 9], { low: -1, high: 1 });
      const weight = randomTensor<tf.Rank.R2>([units, 9], { low: -1, high: 1, seed: 2 });
      const bias = randomTensor<tf.Rank.R1>([units], { low: -1, high: 1, seed: 3 });
      const y = runKernel(DENSE, { x, weight, bias }, { activation });
      const dy = randomTensor<tf.Rank.R2>([5, units], { low: -1, high: 1, seed: 4 });
      const gradients = (withBias: boolean) => {
        const inputs = { dy, y: activation === "linear" ? undefined : y };
        return [
          runKernel(DENSE_INPUT_GRADIENT, { ...inputs, weight }, { activation }),
          ...runKernelAll(DENSE_WEIGHT_GRADIENT, { ...inputs, x }, { activation, withBias }),
        ];
      };
      const dz = runKernel(ACTIVATION_GRADIENT, { dy, y }, { activation });
      const inParts = [tf.matMul(dz, weight), tf.matMul(dz, x, true, false), tf.sum(dz, 0)];
      expectAllClose(gradients(true), inParts);
      expectAllClose(gradients(false), inParts.slice(0, 2));
      expectAllClose(
        withComposed([DENSE_INPUT_GRADIENT, DENSE_WEIGHT_GRADIENT], () => gradients(true)),
        inParts,
      );
    });
  });
});

describe("the gradient kernel of softmax cross-entropy", () => {
  it("is (probabilities - onehot) dLoss, fused and composed", () => {
    tf.tidy(() => {
      const probabilities = tf.softmax(randomTensor<tf.Rank.R2>([3, 5]));
      const labels = tf.tensor1d([4, 0, 2], "int32");
      const dLoss = tf.tensor1d([1, -0.5, 0.25]);
      const expected = probabilities.arraySync().map((row, i) => {
        const [label, slope] = [labels.arraySync()[i]!, dLoss.arraySync()[i]!];
        return row.map((p, j) => (p - (j === label ? 1 : 0)) * slope);
      });
      const gradient = () => runKernel(SOFTMAX_CROSS_ENTROPY_GRADIENT, { dLoss, labels, probabilities });
      expectClose(gradient(), expected, { absolute: 1e-7 });
      expectClose(withComposed([SOFTMAX_CROSS_ENTROPY_GRADIENT], gradient), expected, { absolute: 1e-7 });
    });
  });
});

describe("what a backward pass computes", () => {
  const x = randomTensor<tf.Rank.R4>([2, 2, 5, 5], { low: -1, high: 1 });
  const weight = randomTensor<tf.Rank.R4>([3, 2, 3, 3], { low: -1, high: 1, seed: 2 });
  const bias = randomTensor<tf.Rank.R1>([3], { low: -1, high: 1, seed: 3 });
  const rows = randomTensor<tf.Rank.R2>([4, 6], { low: -1, high: 1 });
  const units = randomTensor<tf.Rank.R2>([3, 6], { low: -1, high: 1, seed: 2 });

  /** Our kernels of the backward pass, in their order; fused, as composed forms run others inside. */
  async function kernelsOf(f: (...inputs: tf.Tensor[]) => tf.Tensor, inputs: tf.Tensor[]): Promise<string[]> {
    const { kernels } = await tf.profile(() => tf.grads(f)(inputs)[0]!);
    return kernels.map(({ name }) => name).filter((name) => /^Camada.*Gradient$/.test(name));
  }

  it.each([
    [
      "conv2d",
      (a: tf.Tensor, b: tf.Tensor, c?: tf.Tensor) =>
        conv2d(a as tf.Tensor4D, b as tf.Tensor4D, c, { activation: "tanh" }),
      [x, weight] as const,
      [CONVOLUTION_INPUT_GRADIENT, CONVOLUTION_WEIGHT_GRADIENT],
    ],
    [
      "dense",
      (a: tf.Tensor, b: tf.Tensor, c?: tf.Tensor) => dense(a as tf.Tensor2D, b as tf.Tensor2D, c, "tanh"),
      [rows, units] as const,
      [DENSE_INPUT_GRADIENT, DENSE_WEIGHT_GRADIENT],
    ],
  ] as const)("%s runs what its inputs need and no more", async (_, f, [a, b], [ofInput, ofWeight]) => {
    const first = undoesActivationsOnce() ? [ACTIVATION_GRADIENT] : [];
    expect(await kernelsOf((x, w, c) => f(x!, w!, c), [a, b, bias])).toEqual([...first, ofInput, ofWeight]);
    expect(await kernelsOf((w, c) => f(a, w!, c), [b, bias])).toEqual([...first, ofWeight]);
    expect(await kernelsOf((x) => f(x!, b, bias), [a])).toEqual([...first, ofInput]);
    expect(await kernelsOf((x, w) => f(x!, w!), [a, b])).toEqual([...first, ofInput, ofWeight]);
    expect(await kernelsOf((c) => f(a, b, c), [bias])).toEqual([ACTIVATION_GRADIENT, BIAS_GRADIENT]);
  });

  it("is the same whichever inputs are differentiated", () => {
    tf.tidy(() => {
      const f = (...[a, b, c]: tf.Tensor[]) =>
        conv2d(a as tf.Tensor4D, b as tf.Tensor4D, c, { activation: "sigmoid", padding: 1 });
      const [dx, dw, db] = tf.grads(f)([x, weight, bias]);
      expectClose(tf.grad((c) => f(x, weight, c))(bias), db!, { absolute: 1e-5 });
      expectClose(tf.grad((b) => f(x, b, bias))(weight), dw!, { absolute: 0 });
      expectClose(tf.grad((a) => f(a, weight, bias))(x), dx!, { absolute: 0 });
    });
  });

  it("counts every use of a bias that several layers share", () => {
    const shared = tf.tensor1d([0.25, -0.5, 0.125]);
    const square = randomTensor<tf.Rank.R2>([3, 3], { low: -1, high: 1, seed: 5 });
    const f = (...[b, w]: tf.Tensor[]) => dense(dense(rows, units, b, "tanh"), w as tf.Tensor2D, b, "tanh");
    expectGradients(f, [shared, square]);
  });

  it("frees the bias' gradient where nobody fetches it", () => {
    const f = (...[b]: tf.Tensor[]) => conv2d(x, b as tf.Tensor4D, bias, { activation: "tanh" });
    expectNoLeak(() => tf.dispose(tf.grads(f)([weight])));
    expectNoLeak(() => tf.dispose(tf.grads((w: tf.Tensor) => dense(rows, w as tf.Tensor2D, bias, "relu"))([units])));
  });

  describe("in a step that throws", () => {
    const variables: tf.Variable[] = [];
    afterEach(() => {
      for (const variable of variables.splice(0)) {
        detachGrad(variable);
        variable.dispose();
      }
    });

    it("is freed", () => {
      const w = tf.variable(weight);
      const c = tf.variable(bias);
      variables.push(w, c);
      for (const variable of variables) attachGrad(variable);
      // Its gradient is asked for after the weight's and before that of the layer below.
      const refusing = tf.customGrad((z) => ({
        value: tf.clone(z as tf.Tensor),
        gradFunc: () => {
          throw new Error("no gradient");
        },
      }));
      const below = (): tf.Tensor4D => refusing(tf.mul(x, tf.sum(w))) as tf.Tensor4D;
      expectNoLeak(() => {
        expect(() => record(() => conv2d(below(), w as tf.Tensor4D, c, { activation: "tanh" }))).toThrow("no gradient");
      });
      record(() => conv2d(x, w as tf.Tensor4D, c)).backward();
      expect(gradientSlot(c).gradient.dataSync()[0]).toBe(2 * 9);
    });
  });
});

describe("gradients of gradients", () => {
  const rows = randomTensor<tf.Rank.R2>([2, 3], { low: -1, high: 1 });
  const units = randomTensor<tf.Rank.R2>([2, 3], { low: -1, high: 1, seed: 2 });
  const bias = randomTensor<tf.Rank.R1>([2], { low: -1, high: 1, seed: 3 });
  /** The squares of all gradients of `f`, which depend on the second derivatives alone. */
  const squaredGradients =
    (f: (...inputs: tf.Tensor[]) => tf.Tensor) =>
    (...inputs: tf.Tensor[]): tf.Tensor =>
      tf.concat(
        tf
          .grads(f)(inputs)
          .map((gradient) => tf.reshape(tf.square(gradient), [-1])),
      );

  it.each(["linear", "tanh", "sigmoid", "softrelu"] as const)("go through a dense layer with %s", (activation) => {
    const f = (...[x, w, b]: tf.Tensor[]) => tf.square(dense(x as tf.Tensor2D, w as tf.Tensor2D, b, activation));
    expectGradients(squaredGradients(f), [rows, units, bias], { relative: 1e-3, absolute: 1e-3 });
  });

  it("go through a convolution with bias and activation", () => {
    const x = randomTensor<tf.Rank.R4>([1, 2, 3, 3], { low: -1, high: 1 });
    const weight = randomTensor<tf.Rank.R4>([2, 2, 2, 2], { low: -0.5, high: 0.5, seed: 2 });
    const f = (...[a, b, c]: tf.Tensor[]) =>
      tf.square(conv2d(a as tf.Tensor4D, b as tf.Tensor4D, c, { activation: "tanh" }));
    expectGradients(squaredGradients(f), [x, weight, bias], { relative: 1e-3, absolute: 2e-3 });
  });

  it("go through softmax cross-entropy", () => {
    const labels = tf.tensor1d([2, 0], "int32");
    const f = (logits: tf.Tensor) => softmaxCrossEntropy(logits as tf.Tensor2D, labels);
    expectGradients(squaredGradients(f as (...inputs: tf.Tensor[]) => tf.Tensor), [rows]);
  });

  it("leave the first ones as they are", () => {
    tf.tidy(() => {
      const labels = tf.tensor1d([1, 0], "int32");
      const f = (...[x, w, b]: tf.Tensor[]) =>
        softmaxCrossEntropy(dense(x as tf.Tensor2D, w as tf.Tensor2D, b, "sigmoid"), labels);
      const plain = tf.grads(f)([rows, units, bias]);
      let nested: tf.Tensor[] = [];
      tf.grad((x) => {
        nested = tf
          .grads(f)([x, units, bias])
          .map((gradient) => tf.keep(gradient));
        return nested[0]!;
      })(rows);
      expectAllClose(nested, plain);
      tf.dispose(nested);
    });
  });

  it.each([
    [CONVOLUTION_INPUT_GRADIENT, { activation: "tanh" }, "activation tanh"],
    [CONVOLUTION_WEIGHT_GRADIENT, { activation: "linear", withBias: true }, "withBias"],
  ])("are refused where a program runs %s with what was fused", (kernelName, fused, got) => {
    const geometry = { strides: [1, 1], padBegin: [0, 0], padEnd: [0, 0], dilations: [1, 1], groups: 1 };
    const square = tf.ones([1, 1, 1, 1]);
    const attrs = { ...geometry, inputShape: square.shape, weightShape: square.shape, ...fused };
    const inputs = { x: square, weight: square, y: square };
    const run = (dy: tf.Tensor) => runKernelAll(kernelName, { ...inputs, dy }, attrs)[0]!;
    expect(() => tf.grad(run)(square)).toThrow(got);
  });
});

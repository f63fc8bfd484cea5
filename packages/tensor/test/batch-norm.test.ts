import { ShapeError } from "@camada/conv-math";
import { expectClose, expectGradients, expectNoLeak, randomTensor } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { BATCH_NORM, BATCH_NORM_GRADIENT, batchNorm, normalize, NORMALIZE } from "../src/index.ts";
import { runKernelAll } from "../src/run-kernel.ts";
import { withComposed } from "./composed-form.ts";

const epsilon = 1e-5;
const shapes = [
  { shape: [4, 3], axis: 1 },
  { shape: [3, 5, 4], axis: 1 },
  { shape: [2, 3, 4, 5], axis: 1 },
  { shape: [2, 3, 4, 5], axis: 3 },
  { shape: [6, 2, 2], axis: 0 },
];

function learned(channels: number): { gamma: tf.Tensor; beta: tf.Tensor } {
  return {
    gamma: randomTensor<tf.Rank>([channels], { low: 0.5, high: 2, seed: 2 }),
    beta: randomTensor<tf.Rank>([channels], { low: -1, high: 1, seed: 3 }),
  };
}

describe.each(shapes)("batch normalization of $shape along axis $axis", ({ shape, axis }) => {
  const channels = shape[axis]!;
  const others = shape.map((_, i) => i).filter((i) => i !== axis);

  it("gives every channel mean 0 and variance 1, then the learned scale and shift", () => {
    tf.tidy(() => {
      const x = randomTensor<tf.Rank>(shape, { low: 3, high: 7 });
      const own = learned(channels);
      const { y, mean, variance } = batchNorm(x, { ...own, axis, epsilon });
      const exact = tf.moments(x, others);
      expectClose(mean, exact.mean, { relative: 1e-6 });
      expectClose(variance, exact.variance, { relative: 1e-5 });
      const moments = tf.moments(y, others);
      expectClose(moments.mean, own.beta, { absolute: 1e-5 });
      expectClose(moments.variance, tf.square(own.gamma), { relative: 1e-4 });
      expectClose(normalize(x, { mean, variance }, { ...own, axis, epsilon }), y, { absolute: 1e-5 });
    });
  });

  it("is the same fused and composed", () => {
    tf.tidy(() => {
      const x = randomTensor<tf.Rank>(shape, { low: -1, high: 1 });
      const dy = randomTensor<tf.Rank>(shape, { low: -1, high: 1, seed: 4 });
      const { gamma, beta } = learned(channels);
      const attrs = { axis, epsilon };
      const run = (): tf.Tensor[] => {
        const [y, mean, variance] = runKernelAll(BATCH_NORM, { x, gamma, beta }, attrs);
        const given = { dy, x, mean, variance, gamma };
        return [
          y!,
          mean!,
          variance!,
          ...runKernelAll(NORMALIZE, { x, mean, variance, gamma, beta }, attrs),
          ...runKernelAll(BATCH_NORM_GRADIENT, given, { ...attrs, isOfBatch: true }),
          ...runKernelAll(BATCH_NORM_GRADIENT, given, { ...attrs, isOfBatch: false }),
        ];
      };
      const composed = withComposed([BATCH_NORM, NORMALIZE, BATCH_NORM_GRADIENT], run);
      const fused = run();
      expect(fused.length).toBe(composed.length);
      // Sums of at most 60 terms below 4, in another order.
      fused.forEach((tensor, i) => expectClose(tensor, composed[i]!, { absolute: 3e-5 }));
    });
  });

  it("has the gradients that differences give, through the statistics too", () => {
    const x = randomTensor<tf.Rank>(shape, { low: -1, high: 1 });
    const { gamma, beta } = learned(channels);
    const weights = randomTensor<tf.Rank>(shape, { low: -1, high: 1, seed: 5 });
    expectGradients(
      (...inputs) => tf.mul(batchNorm(inputs[0]!, { gamma: inputs[1]!, beta: inputs[2]!, axis, epsilon }).y, weights),
      [x, gamma, beta],
    );
    const mean = randomTensor<tf.Rank>([channels], { low: -0.2, high: 0.2, seed: 6 });
    const variance = randomTensor<tf.Rank>([channels], { low: 0.5, high: 2, seed: 7 });
    expectGradients(
      (...inputs) =>
        tf.mul(
          normalize(inputs[0]!, { mean, variance }, { gamma: inputs[1]!, beta: inputs[2]!, axis, epsilon }),
          weights,
        ),
      [x, gamma, beta],
    );
    tf.dispose([x, gamma, beta, weights, mean, variance]);
  });
});

describe("batch normalization", () => {
  it("gives only the gradients that are asked for", () => {
    tf.tidy(() => {
      const x = randomTensor<tf.Rank>([4, 3], { low: -1, high: 1 });
      const { gamma, beta } = learned(3);
      const of = (g: tf.Tensor, b: tf.Tensor): tf.Scalar =>
        tf.sum(tf.square(batchNorm(x, { gamma: g, beta: b, axis: 1, epsilon }).y));
      const [dGamma, dBeta] = tf.grads((g, b) => of(g!, b!))([gamma, beta]);
      expectClose(tf.grad((g) => of(g, beta))(gamma), dGamma!);
      expectClose(tf.grad((b) => of(gamma, b))(beta), dBeta!);
    });
  });

  it("can be differentiated twice", () => {
    tf.tidy(() => {
      const x = tf.tensor2d([[1], [2], [4]]);
      const own = { gamma: tf.ones([1]), beta: tf.zeros([1]), axis: 1, epsilon: 0 };
      // y = x̂ is unchanged by a shift and by a scale of x: its gradient is orthogonal to both, and so is that one's.
      const first = tf.grad((v: tf.Tensor) => tf.sum(tf.pow(batchNorm(v, own).y, 3)));
      const second = tf.grad((v: tf.Tensor) => tf.sum(tf.mul(first(v), tf.tensor2d([[1], [1], [1]]))));
      expectClose(tf.sum(tf.mul(first(x), x)), tf.scalar(0), { absolute: 1e-5 });
      expectClose(second(x), tf.zeros([3, 1]), { absolute: 1e-4 });
    });
  });

  it("leaves nothing behind", () => {
    const x = randomTensor<tf.Rank>([4, 3], { low: -1, high: 1 });
    const own = learned(3);
    expectNoLeak(() => {
      const { y, mean, variance } = batchNorm(x, { ...own, axis: 1, epsilon });
      const dx = tf.grad((v: tf.Tensor) => tf.tidy(() => tf.sum(batchNorm(v, { ...own, axis: 1, epsilon }).y)))(x);
      tf.dispose([y, mean, variance, dx]);
    });
    tf.dispose([x, own.gamma, own.beta]);
  });

  it("refuses vectors that do not fit, and axes that are none", () => {
    const x = tf.ones([2, 3]);
    const [two, three] = [tf.ones([2]), tf.ones([3])];
    const statistics = { mean: three, variance: two };
    expect(() => batchNorm(x, { gamma: two, beta: three, axis: 1, epsilon })).toThrow(
      new ShapeError("batchNorm", "gamma of shape [3]", "[2]"),
    );
    expect(() => normalize(x, statistics, { gamma: three, beta: three, axis: 1, epsilon })).toThrow(
      "normalize: expected variance of shape [3], got [2]",
    );
    expect(() => batchNorm(x, { gamma: two, beta: two, axis: 2, epsilon })).toThrow("an axis from 0 to 1, got 2");
  });
});

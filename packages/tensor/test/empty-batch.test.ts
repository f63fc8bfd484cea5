import { ShapeError } from "@camada/conv-math";
import { expectClose, expectNoLeak, randomTensor } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { activation, activations, conv2d, dense, maxPool, softmaxCrossEntropy } from "../src/index.ts";

/** What an operation makes of a batch without a sample, and with which parameters. */
interface EmptyCase {
  readonly x: readonly number[];
  readonly parameters?: readonly (readonly number[])[];
  readonly y: readonly number[];
  readonly of: (x: tf.Tensor, ...parameters: tf.Tensor[]) => tf.Tensor;
}

const noLabels = tf.keep(tf.tensor1d([], "int32"));

const cases: Readonly<Record<string, EmptyCase>> = {
  dense: {
    ...{ x: [0, 40], parameters: [[5, 40], [5]], y: [0, 5] },
    of: (x, weight, bias) => dense(x as tf.Tensor2D, weight as tf.Tensor2D, bias, "sigmoid"),
  },
  "dense without activation": {
    ...{ x: [0, 3], parameters: [[5, 3], [5]], y: [0, 5] },
    of: (x, weight, bias) => dense(x as tf.Tensor2D, weight as tf.Tensor2D, bias),
  },
  softmaxCrossEntropy: {
    ...{ x: [0, 10], y: [0] },
    of: (x) => softmaxCrossEntropy(x as tf.Tensor2D, noLabels),
  },
  ...Object.fromEntries(
    activations
      .filter((kind) => kind !== "linear")
      .map((kind) => [kind, { x: [0, 3], y: [0, 3], of: (x: tf.Tensor) => activation(x, kind) }]),
  ),
};

describe.each(Object.entries(cases))("%s of no sample", (_, { x, parameters = [], y, of }) => {
  const empty = (): tf.Tensor => tf.zeros([...x]);
  const filled = (): tf.Tensor[] => parameters.map((shape, seed) => randomTensor<tf.Rank>([...shape], { seed }));
  const gradients = tf.grads((...all) => of(...(all as [tf.Tensor, ...tf.Tensor[]])));

  it("is nothing, of the right shape", () => {
    expectClose(of(empty(), ...filled()), tf.zeros([...y]));
  });

  it("lets no gradient flow into parameters", () => {
    const [ofX, ...others] = gradients([empty(), ...filled()], tf.zeros([...y]));
    expectClose(ofX!, tf.zeros([...x]));
    expect(others).toHaveLength(parameters.length);
    others.forEach((one, i) => expectClose(one, tf.zeros([...parameters[i]!]), { absolute: 0 }));
  });

  it("leaves no tensor behind", () => {
    const inputs = [empty(), ...filled()] as const;
    const dy = tf.zeros([...y]);
    expectNoLeak(() => {
      tf.dispose([of(...(inputs as [tf.Tensor, ...tf.Tensor[]])), gradients([...inputs], dy)]);
    });
  });
});

describe("dense of no unit", () => {
  it("that comes in is the activated bias", () => {
    const bias = [-1, 0, 0.5, 2, 3];
    const y = dense(tf.zeros([2, 0]), tf.zeros([5, 0]), tf.tensor1d(bias), "relu");
    expectClose(y, tf.tensor2d([0, 0, 0.5, 2, 3, 0, 0, 0.5, 2, 3], [2, 5]), { absolute: 0 });
  });

  it("that goes out is nothing, and its input's gradient is zero", () => {
    expectClose(dense(tf.ones([2, 3]), tf.zeros([0, 3])), tf.zeros([2, 0]));
    const dx = tf.grad((x) => dense(x as tf.Tensor2D, tf.zeros([0, 3])))(tf.ones([2, 3]), tf.zeros([2, 0]));
    expectClose(dx, tf.zeros([2, 3]), { absolute: 0 });
  });
});

describe("spatial operations", () => {
  it("refuse a batch without a sample", () => {
    const x = tf.zeros<tf.Rank.R4>([0, 2, 7, 5]);
    expect(() => conv2d(x, tf.zeros([3, 2, 3, 3]))).toThrow(ShapeError);
    expect(() => maxPool(x, { poolSize: 2 })).toThrow(ShapeError);
  });
});

import { expectClose, expectGradients, projection, randomTensor } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { gradientRules, registerGradients } from "../../src/gradients.ts";

const gradientOf = (f: (x: tf.Tensor) => tf.Tensor, at: number[]) => tf.grad(f)(tf.tensor1d(at));

describe("registerGradients", () => {
  it("fills gaps only", () => {
    const own = tf.getGradient(tf.Abs);
    const foreign = { kernelName: tf.Abs, gradFunc: () => ({}) };
    tf.unregisterGradient(tf.Abs);
    tf.registerGradient(foreign);
    registerGradients();
    expect(tf.getGradient(tf.Abs)).toBe(foreign);
    tf.unregisterGradient(tf.Abs);
    registerGradients();
    expect(tf.getGradient(tf.Abs)).toBe(own);
  });
});

describe("points where a gradient is a matter of choice", () => {
  it("splits the gradient of an extremum evenly over a tie", () => {
    expectClose(
      gradientOf((x) => tf.max(x), [1, 3, 3, 0]),
      [0, 0.5, 0.5, 0],
    );
    expectClose(
      gradientOf((x) => tf.min(x), [1, 0, 3, 0]),
      [0, 0.5, 0, 0.5],
    );
  });

  it("gives a tie of two operands to the first", () => {
    const [da, db] = tf.grads((a, b) => tf.maximum(a, b))([tf.tensor1d([2]), tf.tensor1d([2])]);
    expectClose(da!, [1]);
    expectClose(db!, [0]);
  });

  it("is zero for ReLU at zero, and passes through a clip at its bounds", () => {
    expectClose(
      gradientOf((x) => tf.relu(x), [-1, 0, 1]),
      [0, 0, 1],
    );
    expectClose(
      gradientOf((x) => tf.clipByValue(x, -1, 1), [-1.5, -1, 1, 1.5]),
      [0, 1, 1, 0],
    );
  });
});

describe("points where a formula breaks down", () => {
  it("multiplies what is left around zeros in a product", () => {
    expectClose(
      gradientOf((x) => tf.prod(x), [2, 0, 5]),
      [0, 10, 0],
    );
    expectClose(
      gradientOf((x) => tf.prod(x), [0, 0, 5]),
      [0, 0, 0],
    );
    expectClose(
      gradientOf((x) => tf.sum(tf.cumprod(x)), [2, 0, 5]),
      [1, 12, 0],
    );
  });

  it("is finite for powers of zero", () => {
    const at = (a: number, b: number) => tf.grads((x, y) => tf.pow(x, y))([tf.scalar(a), tf.scalar(b)]);
    expect(at(0, 0).map((gradient) => gradient.dataSync()[0])).toEqual([0, 0]);
    expect(at(0, 2).map((gradient) => gradient.dataSync()[0])).toEqual([0, 0]);
    expectClose(at(-2, 3)[0]!, 12);
    expect(at(-2, 3)[1]!.dataSync()[0]).toBe(0);
  });

  it("keeps a quotient by a small number", () => {
    const [, db] = tf.grads((a, b) => tf.div(a, b))([tf.scalar(1e-15), tf.scalar(1e-20)]);
    expectClose(db!, -1e25, { relative: 1e-6 });
  });

  it("is zero through a cast to whole numbers, as the function is a staircase", () => {
    expectClose(
      gradientOf((x) => tf.mul(tf.cast(x, "int32"), x), [1.5, 2.5]),
      [1, 2],
    );
  });

  it("adds a mirrored border onto the elements it copies", () => {
    expectClose(
      gradientOf((x) => tf.mirrorPad(x, [[2, 1]], "reflect"), [1, 2, 3]),
      [1, 3, 2],
    );
    expectClose(
      gradientOf((x) => tf.mirrorPad(x, [[2, 1]], "symmetric"), [1, 2, 3]),
      [2, 2, 2],
    );
  });
});

describe("a rule", () => {
  it("computes the gradients that are asked for and no others", async () => {
    const [a, b] = [randomTensor([2, 3]), randomTensor([3, 2])];
    const products = async (f: () => tf.TensorContainer) => {
      const { kernels } = await tf.profile(f);
      return kernels.filter(({ name }) => name === tf.BatchMatMul).length;
    };
    expect(await products(() => tf.grads((x, y) => tf.matMul(x, y))([a, b]))).toBe(3);
    expect(await products(() => tf.grad((x) => tf.matMul(x, b))(a))).toBe(2);
  });

  it("survives an input that is used twice", () => {
    expectClose(
      gradientOf((x) => tf.add(tf.add(x, x), tf.clone(x)), [1, 2]),
      [3, 3],
    );
    expectClose(
      gradientOf((x) => tf.addN([x, x, x]), [1, 2]),
      [3, 3],
    );
  });

  it("sees zeros for outputs that lead nowhere", () => {
    expectClose(
      gradientOf((x) => tf.mul(tf.unstack(x)[1]!, 5), [1, 2, 3]),
      [0, 5, 0],
    );
  });

  it("sums what BroadcastTo repeated, which no operation of tfjs runs", () => {
    const rule = gradientRules.find(({ kernelName }) => kernelName === tf.BroadcastTo)!;
    const attrs = { shape: [2, 2, 3], inputShape: [2, 1] };
    expectClose(rule.gradFunc(tf.reshape(tf.range(0, 12), [2, 2, 3]), [], attrs)["x"]!(), [
      [0 + 1 + 2 + 6 + 7 + 8],
      [3 + 4 + 5 + 9 + 10 + 11],
    ]);
  });

  it("takes apart depth in channels-first order too", () => {
    const rule = gradientRules.find(({ kernelName }) => kernelName === tf.DepthToSpace)!;
    const dy = randomTensor<tf.Rank.R4>([1, 2, 4, 4]);
    const last = tf.transpose(dy, [0, 2, 3, 1]);
    const gradient = (of: tf.Tensor, dataFormat: string) => rule.gradFunc(of, [], { blockSize: 2, dataFormat })["x"]!();
    expectClose(gradient(dy, "NCHW"), tf.transpose(gradient(last, "NHWC"), [0, 3, 1, 2]), {});
  });
});

/** `Σ p f(x)` differentiated once by tfjs, so that differentiating it again tests the rules inside the rules. */
const once = (f: (x: tf.Tensor) => tf.Tensor) => (x: tf.Tensor) => {
  const y = f(x);
  return tf.grad(f)(x, tf.tensor(projection(y.size), y.shape));
};

describe("second derivatives", () => {
  const filter = randomTensor<tf.Rank.R4>([3, 3, 2, 2], { seed: 9 });
  const convolve = (x: tf.Tensor, dilation: number) =>
    tf.square(tf.conv2d(x as tf.Tensor4D, filter, 1, "same", "NHWC", dilation));

  it.each<[string, (x: tf.Tensor) => tf.Tensor, number[]]>([
    ["tanh", (x) => tf.tanh(x), [2, 3]],
    ["a function of tanh", (x) => tf.exp(tf.tanh(tf.square(x))), [2, 3]],
    ["softmax", (x) => tf.softmax(x), [2, 3]],
    ["a broadcast product", (x) => tf.mul(x, tf.sum(tf.square(x), 0)), [2, 3]],
    ["a matrix product", (x) => tf.matMul(x, x, false, true), [2, 3]],
    ["prod", (x) => tf.prod(x, 1), [2, 3]],
    ["cumprod", (x) => tf.cumprod(x, 1), [2, 3]],
    ["mirrorPad", (x) => tf.square(tf.mirrorPad(x, [[1, 1]], "reflect")), [3]],
    ["gather", (x) => tf.square(tf.gather(x, [1, 0, 1])), [2, 3]],
    ["conv2d", (x) => convolve(x, 1), [1, 3, 3, 2]],
    ["a dilated conv2d", (x) => convolve(x, 2), [1, 4, 3, 2]],
  ])("of %s equal the numeric ones", (_name, f, shape) => {
    expectGradients(once(f), [randomTensor(shape)]);
  });
});

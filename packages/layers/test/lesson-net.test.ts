import { random, record } from "@camada/tensor";
import { expectClose } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { Conv2D, Dense, Flatten, Normal, Sequential, SoftmaxCrossEntropyLoss } from "../src/index.ts";
import { mxnet141 } from "./mxnet-1.4.1.generated.ts";

function lessonNet(): Sequential {
  const net = new Sequential({ prefix: "net_" });
  net.add(
    new Conv2D(6, { kernelSize: 5, activation: "tanh", prefix: "conv0_" }),
    new Conv2D(16, { kernelSize: 5, activation: "tanh", prefix: "conv1_" }),
    new Conv2D(120, { kernelSize: 5, activation: "tanh", prefix: "conv2_" }),
    new Flatten(),
    new Dense(84, { activation: "tanh", prefix: "dense0_" }),
    new Dense(10, { prefix: "dense1_" }),
  );
  return net;
}

/** MXNet 1.4.1 in a fresh process, `initialize(init.Normal(0.01))` and a first forward pass; sums in float64. */
const initialWeights = {
  "0.weight": { size: 150, first: 0.0221220627, second: 0.00774003798, last: 3.1520136e-5 },
  "1.weight": { size: 2400, first: 0.00325108063, second: -0.0130023407, last: -0.0049332655 },
  "2.weight": { size: 48000, first: 0.00305448286, second: -0.00303666829, last: 0.00687402347 },
  "4.weight": { size: 4032000, first: 0.00564026926, second: -0.000592923083, last: -0.0129232658 },
  "5.weight": { size: 840, first: 0.000315680227, second: -0.00576592563, last: -0.0200457536 },
} as const;

const sums = {
  "0.weight": { sum: -0.0952602822, squares: 0.0180024353 },
  "1.weight": { sum: 0.780773584, squares: 0.252190923 },
  "2.weight": { sum: 4.78520185, squares: 4.76763596 },
  "4.weight": { sum: 14.1336099, squares: 403.364271 },
  "5.weight": { sum: -0.24237141, squares: 0.0850579745 },
} as const;

describe("the lesson's net", () => {
  const net = lessonNet();
  const before = { printed: String(net), parameters: String(net.collectParams()) };
  random.seed(0);
  net.initialize(new Normal(0.01));
  const x = tf.zeros([2, 1, 32, 32]);
  const y = net.forward(x);

  it("prints as in MXNet, before the first forward pass and after it", () => {
    expect(before.printed).toBe(mxnet141.texts["lesson net before"]);
    expect(before.parameters).toBe(mxnet141.texts["lesson parameters before"]);
    expect(String(net)).toBe(mxnet141.texts["lesson net after"]);
    expect(String(net.collectParams())).toBe(mxnet141.texts["lesson parameters after"]);
  });

  it("has MXNet's summary", () => {
    expect(net.summary(x)).toBe(mxnet141.texts["lesson summary"]);
  });

  it("starts from MXNet's weights", () => {
    const state = net.state();
    expect(Object.keys(state)).toEqual([0, 1, 2, 4, 5].flatMap((layer) => [`${layer}.weight`, `${layer}.bias`]));
    for (const [path, expected] of Object.entries(initialWeights)) {
      const { data } = state[path]!;
      expect(data.length).toBe(expected.size);
      // Nine digits tell float32 numbers apart; the last bit rests on the C library's logarithm.
      expectClose([data[0]!, data[1]!, data.at(-1)!], [expected.first, expected.second, expected.last], {
        relative: 1.2e-7,
      });
      let sum = 0;
      let squares = 0;
      for (const value of data) {
        sum += value;
        squares += value * value;
      }
      const known = sums[path as keyof typeof sums];
      expect(Math.abs(sum - known.sum)).toBeLessThan(1e-7);
      expect(Math.abs(squares - known.squares)).toBeLessThan(1e-6);
    }
    const conv0 = state["0.weight"]!.data;
    expectClose([conv0[49]!, conv0[50]!, conv0[100]!], [-0.00454813149, 0.00306399656, -0.0130310552], {
      relative: 1.2e-7,
    });
    for (const layer of [0, 1, 2, 4, 5]) expect(state[`${layer}.bias`]!.data.every((value) => value === 0)).toBe(true);
  });

  it("gives zeros for a black picture, and a loss of ln 10", () => {
    expect(y.shape).toEqual([2, 10]);
    expectClose(y, tf.zeros([2, 10]));
    expectClose(new SoftmaxCrossEntropyLoss().forward(y, tf.tensor1d([3, 9])), [Math.LN10, Math.LN10]);
  });
});

describe("a recorded first forward pass", () => {
  it("gives gradients to parameters that it initializes", () => {
    const net = new Sequential();
    net.add(new Conv2D(2, { kernelSize: 2 }), new Dense(3));
    net.initialize();
    const x = tf.ones([2, 1, 3, 3]);
    const loss = new SoftmaxCrossEntropyLoss();
    record(() => loss.forward(net.forward(x), tf.tensor1d([0, 2]))).backward();
    for (const parameter of net.collectParams().values()) {
      expect(parameter.isGradFresh).toBe(true);
      expect(Math.max(...parameter.grad().dataSync().map(Math.abs))).toBeGreaterThan(1e-4);
    }
    net.dispose();
  });
});

import { random, record } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { Conv2D, Dense, Flatten, Normal, Sequential, SoftmaxCrossEntropyLoss } from "../src/index.ts";
import { exactLessonNet } from "./exact-lesson-net.ts";

const LABELS = [3, 1, 4, 1];
/** Of each tensor's largest entry. The activations of this net are tiny: a tanh that is bad near zero gives 1.6e-5. */
const LIMIT = 4e-6;

describe("gradients of the lesson's net", () => {
  it("from its initial weights agree with float64", async () => {
    const net = new Sequential();
    net.add(
      new Conv2D(6, { kernelSize: 5, activation: "tanh" }),
      new Conv2D(16, { kernelSize: 5, activation: "tanh" }),
      new Conv2D(120, { kernelSize: 5, activation: "tanh" }),
      new Flatten(),
      new Dense(84, { activation: "tanh" }),
      new Dense(10),
    );
    random.seed(0);
    net.initialize(new Normal(0.01));
    const pictures = random.seeded(1).uniform(LABELS.length * 32 * 32, 0, 1);
    const x = tf.tensor4d(pictures, [LABELS.length, 1, 32, 32]);
    const recording = record(() => new SoftmaxCrossEntropyLoss().forward(net.forward(x), tf.tensor1d(LABELS)));
    recording.backward();
    const parameters = [...net.collectParams().values()];
    const exact = exactLessonNet(
      await Promise.all(parameters.map((parameter) => parameter.data().data())),
      pictures,
      LABELS,
    );
    const losses = [...(await recording.value.data())];
    const loss = losses.reduce((sum, one) => sum + one, 0) / LABELS.length;
    expect(Math.abs(loss - exact.loss) / exact.loss).toBeLessThan(1e-6);
    for (const [i, parameter] of parameters.entries()) {
      const gradient = await parameter.grad().data();
      const expected = exact.gradients[i]!;
      let [largest, worst] = [0, 0];
      for (let k = 0; k < expected.length; k++) {
        largest = Math.max(largest, Math.abs(expected[k]!));
        worst = Math.max(worst, Math.abs(gradient[k]! - expected[k]!));
      }
      expect(gradient.length).toBe(expected.length);
      expect(worst / largest, parameter.name).toBeLessThan(LIMIT);
    }
    tf.dispose([x, recording.value]);
    net.dispose();
  });
});

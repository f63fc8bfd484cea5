import { ShapeError } from "@camada/conv-math";
import { attachGrad, detachGrad, record } from "@camada/tensor";
import { expectClose, expectGradients, expectNoLeak } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import {
  L2Loss,
  LogisticLoss,
  PoissonNLLLoss,
  SigmoidBCELoss,
  SigmoidBinaryCrossEntropyLoss,
  SoftmaxCELoss,
  SoftmaxCrossEntropyLoss,
} from "../src/index.ts";
import { construct, tensorOf, type GoldenLoss } from "./golden.ts";
import { lossCases, type LossCase } from "./loss-cases.ts";
import { mxnet141 } from "./mxnet-1.4.1.generated.ts";

/** Both sum in float32, in another order. */
const tolerance = { absolute: 2e-6, relative: 2e-6 };

function check({ loss, options, inputs, y, dx }: GoldenLoss): void {
  const block = construct(loss, [options]);
  const [first, ...others] = inputs.map(tensorOf);
  const x = tf.variable(first!);
  const slot = attachGrad(x);
  try {
    const recording = record(() => block.forward(x, ...others));
    recording.backward();
    expectClose(recording.value, tensorOf(y), tolerance);
    if (dx !== undefined) expectClose(slot.gradient, tensorOf(dx), tolerance);
  } finally {
    detachGrad(x);
    x.dispose();
  }
}

describe.each(Object.entries<LossCase>(lossCases))("%s", (name, { make, inputs }) => {
  const golden = mxnet141.losses.filter(({ loss }) => loss === name);

  it("has golden values", () => expect(golden.length).toBeGreaterThanOrEqual(1));

  it.each(golden.map((one) => [JSON.stringify(one.options), one] as const))("gives MXNet's values with %s", (_, one) =>
    tf.tidy(() => check(one)),
  );

  it("has the right gradient", () =>
    tf.tidy(() => {
      const [x, ...others] = inputs();
      expectGradients((prediction) => make().forward(prediction, ...others), [x!]);
    }));

  it("prints as Gluon does", () => expect(String(make())).toBe(mxnet141.texts[name]));

  it("leaves no tensor behind", () =>
    tf.tidy(() => {
      const given = inputs();
      expectNoLeak(() => make().forward(...given));
    }));
});

describe("SoftmaxCrossEntropyLoss", () => {
  const scores = () => tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);

  it("goes by its short name too", () => expect(SoftmaxCELoss).toBe(SoftmaxCrossEntropyLoss));

  it("clips labels that are no class, as Gluon, unless told not to", () => {
    tf.tidy(() => {
      const labels = tf.tensor1d([-1, 3]);
      expectClose(
        new SoftmaxCrossEntropyLoss().forward(scores(), labels),
        new SoftmaxCrossEntropyLoss().forward(scores(), tf.tensor1d([0, 2])),
      );
      for (const fromLogits of [false, true]) {
        const strict = new SoftmaxCrossEntropyLoss({ strictLabels: true, fromLogits });
        expect(() => strict.forward(scores(), labels)).toThrow(ShapeError);
        expect(() => strict.forward(scores(), tf.tensor1d([0.5, 1]))).toThrow(
          "SoftmaxCrossEntropyLoss: expected labels from 0 to 2, got 0.5",
        );
        expectClose(
          strict.forward(scores(), tf.tensor1d([0, 2])),
          new SoftmaxCrossEntropyLoss({ fromLogits }).forward(scores(), tf.tensor1d([0, 2])),
        );
      }
    });
  });

  it("picks from log-probabilities of −∞ without spoiling the others", () => {
    tf.tidy(() => {
      const logs = tf.tensor2d([[-Infinity, 0]]);
      expectClose(new SoftmaxCrossEntropyLoss({ fromLogits: true }).forward(logs, tf.tensor1d([1])), [0]);
    });
  });

  it("refuses labels of another count and axes that are not there", () => {
    tf.tidy(() => {
      expect(() => new SoftmaxCrossEntropyLoss().forward(scores(), tf.tensor1d([1, 2, 0]))).toThrow(
        "SoftmaxCrossEntropyLoss: expected labels of shape [2], got [3]",
      );
      expect(() => new SoftmaxCrossEntropyLoss({ axis: 2 }).forward(scores(), tf.tensor1d([1, 2]))).toThrow(ShapeError);
      expect(() => new SoftmaxCrossEntropyLoss({ batchAxis: 2 }).forward(scores(), tf.tensor1d([1, 2]))).toThrow(
        "SoftmaxCrossEntropyLoss: expected an axis from -2 to 1, got 2",
      );
    });
  });
});

describe("L2Loss", () => {
  it("refuses labels of another count", () => {
    tf.tidy(() => {
      expect(() => new L2Loss().forward(tf.zeros([2, 3]), tf.zeros([2, 2]))).toThrow(
        "L2Loss: expected labels for [2, 3], got [2, 2]",
      );
    });
  });
});

describe("SigmoidBinaryCrossEntropyLoss", () => {
  it("goes by its short name too", () => expect(SigmoidBCELoss).toBe(SigmoidBinaryCrossEntropyLoss));
});

describe("the binary cross-entropies", () => {
  it("have the right gradient at a score of zero", () => {
    const at = (loss: SigmoidBinaryCrossEntropyLoss | LogisticLoss, label: number) =>
      tf.grad((score: tf.Tensor) => loss.forward(score, tf.tensor2d([[label]])))(tf.tensor2d([[0]]));
    expectClose(at(new SigmoidBinaryCrossEntropyLoss(), 1), [[-0.5]]);
    expectClose(at(new SigmoidBinaryCrossEntropyLoss(), 0), [[0.5]]);
    expectClose(at(new LogisticLoss(), -1), [[0.5]]);
  });
});

describe("LogisticLoss", () => {
  it("refuses another format", () => {
    expect(() => new LogisticLoss({ labelFormat: "other" as never })).toThrow(ShapeError);
  });
});

describe("PoissonNLLLoss", () => {
  it("adds nothing for a count of 0 where MXNet gives NaN", () => {
    tf.tidy(() => {
      const loss = new PoissonNLLLoss({ computeFull: true });
      expectClose(loss.forward(tf.tensor2d([[1]]), tf.tensor2d([[0]])), [Math.E]);
    });
  });
});

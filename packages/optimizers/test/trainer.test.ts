import { expectNoLeak } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, it } from "vitest";
import {
  Adamax,
  createOptimizer,
  FactorScheduler,
  OptimizerError,
  SGD,
  StaleGradientError,
  Trainer,
  type Optimizer,
  type Trainable,
} from "../src/index.ts";
import { FakeParameter } from "./fake-parameter.ts";

const made: { dispose(): void }[] = [];

function parameter(name: string, ...values: number[]): FakeParameter {
  const param = new FakeParameter(name, [values.length], values);
  made.push(param);
  return param;
}

function trainerOf(params: ConstructorParameters<typeof Trainer>[0], optimizer: Optimizer): Trainer {
  const trainer = new Trainer(params, optimizer);
  made.push(trainer);
  return trainer;
}

afterEach(() => {
  for (const thing of made.splice(0)) thing.dispose();
});

describe("Trainer", () => {
  it("divides the gradient by the batch size it is given, times rescaleGrad", () => {
    const param = parameter("w", 1, 2);
    const trainer = trainerOf([param], new SGD({ learningRate: 0.5, rescaleGrad: 2 }));
    param.backward([4, 8]);
    trainer.step(8);
    expect([...param.values()]).toEqual([0.5, 1]);
    param.backward([4, 8]);
    trainer.update(4);
    expect([...param.values()]).toEqual([-0.5, -1]);
  });

  it.each([new SGD(), new SGD({ momentum: 0.9 }), createOptimizer("adam")])(
    "steps over a parameter without an element",
    (optimizer) => {
      const [empty, param] = [parameter("empty"), parameter("w", 1)];
      const trainer = trainerOf([empty, param], optimizer);
      for (let i = 0; i < 2; i++) {
        empty.backward([]);
        param.backward([1]);
        trainer.step(1);
      }
      expect([...empty.values()]).toEqual([]);
      expect(param.values()[0]).toBeLessThan(1);
    },
  );

  it("refuses a batch size that is not above 0", () => {
    const param = parameter("w", 1);
    const trainer = trainerOf([param], new SGD());
    param.backward([1]);
    for (const batchSize of [0, -2, NaN]) {
      expect(() => trainer.step(batchSize)).toThrow(
        expect.objectContaining({ op: "Trainer.step", expected: "batchSize to be a number > 0", got: `${batchSize}` }),
      );
    }
    expect([...param.values()]).toEqual([1]);
  });

  it("takes parameters in a map, a record or a list, each once", () => {
    const param = parameter("w", 1);
    for (const params of [new Map([["a", param]]), { a: param, b: param }, [param, param]]) {
      const trainer = trainerOf(params, new SGD({ learningRate: 1 }));
      param.backward([1]);
      trainer.step(1);
    }
    expect([...param.values()]).toEqual([-2]);
  });

  it("refuses a stale gradient by name, and then updates nothing", () => {
    const [a, b, c] = [parameter("a", 1), parameter("b", 1), parameter("c", 1)];
    const trainer = trainerOf([a, b, c], new SGD({ learningRate: 1 }));
    for (const param of [a, b, c]) param.backward([1]);
    trainer.step(1);
    a.backward([1]);
    expect(() => trainer.step(1)).toThrow(StaleGradientError);
    expect(() => trainer.update(1)).toThrow(
      expect.objectContaining({ op: "Trainer.update", parameters: ["b", "c"], got: "a stale one for b, c" }),
    );
    expect([a, b, c].map((param) => param.values()[0])).toEqual([0, 0, 0]);
    expect(a.isGradFresh).toBe(true);
  });

  it("leaves stale parameters as they are on request", () => {
    const [a, b] = [parameter("a", 1), parameter("b", 1)];
    const trainer = trainerOf([a, b], new SGD({ learningRate: 1, wd: 0.5 }));
    a.backward([1]);
    trainer.step(1, { ignoreStaleGrad: true });
    expect([a, b].map((param) => param.values()[0])).toEqual([-0.5, 1]);
    expect(a.isGradFresh).toBe(false);
  });

  it("skips gradReq null, whose gradient may not exist", () => {
    const [a, frozen] = [parameter("a", 1), parameter("frozen", 1)];
    frozen.gradReq = "null";
    frozen.grad = () => {
      throw new Error("no gradient");
    };
    const trainer = trainerOf([a, frozen], new SGD({ learningRate: 1, wd: 0.5 }));
    a.backward([1]);
    trainer.step(1);
    expect([a, frozen].map((param) => param.values()[0])).toEqual([-0.5, 1]);
  });

  it("first asks for a weight in a step, and lets one without a shape explain itself", () => {
    const unknownShape = new Error("conv0_weight has no shape yet");
    const deferred: Trainable = {
      name: "conv0_weight",
      gradReq: "write",
      lrMult: 1,
      wdMult: 1,
      isGradFresh: false,
      data: () => {
        throw unknownShape;
      },
      grad: () => {
        throw unknownShape;
      },
      markGradStale: () => {},
    };
    const trainer = trainerOf([deferred], new SGD());
    expect(() => trainer.step(1)).toThrow(unknownShape);
  });

  it("updates nothing when one shape does not fit", () => {
    const [a, b] = [parameter("a", 1), parameter("b", 1, 2)];
    const trainer = trainerOf([a, b], new SGD({ learningRate: 1, momentum: 0.5 }));
    a.backward([1]);
    b.backward([1, 1]);
    b.grad = () => a.grad();
    expect(() => trainer.step(1)).toThrow(
      expect.objectContaining({ expected: "the gradient of b to be [2] as its weight", got: "[1]" }),
    );
    expect([...a.values()]).toEqual([1]);
  });

  it("refuses a weight whose shape changed after an update", () => {
    const [a, other] = [parameter("a", 1), parameter("other", 1, 2)];
    const trainer = trainerOf([a], new SGD({ momentum: 0.5 }));
    a.backward([1]);
    trainer.step(1);
    a.backward([1]);
    a.data = () => other.data();
    expect(() => trainer.step(1)).toThrow(
      expect.objectContaining({ name: "OptimizerError", expected: "a to be [1] as before", got: "[2]" }),
    );
  });

  it("tells and changes the learning rate", () => {
    const trainer = trainerOf([], new SGD({ learningRate: 0.25 }));
    expect(trainer.learningRate).toBe(0.25);
    trainer.setLearningRate(0.125);
    expect(trainer.learningRate).toBe(0.125);
    expect(() => trainer.setLearningRate(NaN)).toThrow(OptimizerError);
    expect(trainer.learningRate).toBe(0.125);
  });

  it("leaves the learning rate to a schedule", () => {
    const param = parameter("w", 1);
    const lrScheduler = new FactorScheduler(1, { factor: 0.5 });
    const trainer = trainerOf([param], new SGD({ learningRate: 1, lrScheduler }));
    const rates = [trainer.learningRate];
    for (let step = 0; step < 3; step++) {
      param.backward([0]);
      trainer.step(1);
      rates.push(trainer.learningRate);
    }
    expect(rates).toEqual([1, 1, 0.5, 0.25]);
    expect(() => trainer.setLearningRate(0.1)).toThrow(
      expect.objectContaining({ op: "Trainer.setLearningRate", expected: "no schedule" }),
    );
  });

  it("cannot step after dispose", () => {
    const param = parameter("w", 1);
    const trainer = new Trainer([param], "sgd", { momentum: 0.9 });
    param.backward([1]);
    trainer.step(1);
    trainer.dispose();
    param.backward([1]);
    expect(() => trainer.step(1)).toThrow(expect.objectContaining({ got: "one after dispose()" }));
    trainer.dispose();
  });
});

describe("memory", () => {
  const optimizers = {
    sgd: {},
    "sgd with momentum": { momentum: 0.9, clipGradient: 1 },
    nag: { momentum: 0.9 },
    adam: {},
    adamw: {},
    adagrad: {},
    rmsprop: {},
    "rmsprop centered": { centered: true, clipWeights: 1 },
    adadelta: {},
    adamax: {},
    nadam: {},
  };
  for (const [title, options] of Object.entries(optimizers)) {
    it(`holds only its states: ${title}`, () => {
      const params = [parameter("a", 1, 2), parameter("b", 3)];
      const optimizer = createOptimizer(title.split(" ")[0] as string, options);
      const before = tf.memory().numTensors;
      const trainer = new Trainer(params, optimizer);
      const step = () => {
        params.forEach((param) => param.backward([...param.values()]));
        trainer.step(1);
      };
      expect(tf.memory().numTensors).toBe(before);
      step();
      expect(tf.memory().numTensors).toBe(before + params.length * optimizer.stateNames.length);
      expectNoLeak(step);
      trainer.dispose();
      expect(tf.memory().numTensors).toBe(before);
    });
  }

  it("keeps the values of a clone taken before the step", () => {
    const param = parameter("w", 1, 2);
    const trainer = trainerOf([param], new SGD({ learningRate: 1 }));
    const clone = param.data().clone();
    param.backward([1, 1]);
    trainer.step(1);
    expect([...clone.dataSync()]).toEqual([1, 2]);
    expect([...param.values()]).toEqual([0, 1]);
    clone.dispose();
  });
});

describe("Adamax", () => {
  it("gives NaN for a weight without gradient from the first step on, as MXNet 1.4.1 does", () => {
    const param = parameter("w", 1, 1);
    const trainer = trainerOf([param], new Adamax({ learningRate: 0.5 }));
    param.backward([0, 1]);
    trainer.step(1);
    expect([...param.values()]).toEqual([NaN, 0.5]);
  });
});

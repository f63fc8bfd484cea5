import { expectNoLeak } from "@camada/test-kit";
import { afterEach, describe, expect, it } from "vitest";
import {
  createOptimizer,
  FactorScheduler,
  OptimizerError,
  Trainer,
  TrainerStatesError,
  type ParameterStates,
  type TrainerStates,
} from "../src/index.ts";
import { FakeParameter } from "./fake-parameter.ts";

/** Every runtime has it; neutral packages compile without the library that declares it. */
declare const structuredClone: <T>(value: T) => T;

const made: { dispose(): void }[] = [];
afterEach(() => {
  for (const thing of made.splice(0)) thing.dispose();
});

const START = [
  [0.3, -0.7, 1.1, 0.2],
  [0.05, -0.4],
];

/** Two parameters with their Trainer, and steps whose gradients depend on the weights and on the step's number. */
class Run {
  readonly params: { readonly weight: FakeParameter; readonly bias: FakeParameter };
  readonly trainer: Trainer;

  constructor(optimizer: string, options: object = {}, [weight, bias]: readonly ArrayLike<number>[] = START) {
    this.params = {
      weight: new FakeParameter("dense0_weight", [2, 2], weight!),
      bias: new FakeParameter("dense0_bias", [2], bias!),
    };
    this.trainer = new Trainer(this.params, createOptimizer(optimizer, options));
    made.push(this.trainer, this.params.weight, this.params.bias);
  }

  /** Step 2 leaves the bias without a gradient, so that its count falls behind. */
  step(number: number): void {
    for (const param of Object.values(this.params)) {
      if (number === 2 && param === this.params.bias) continue;
      param.backward(Array.from(param.values(), (value, i) => Math.sin(7 * value + number + i)));
    }
    this.trainer.step(3, { ignoreStaleGrad: true });
  }

  get weights(): Float32Array[] {
    return Object.values(this.params).map((param) => param.values());
  }
}

const cases: readonly (readonly [optimizer: string, options: object])[] = [
  ["sgd", {}],
  ["sgd", { momentum: 0.9, wd: 0.01 }],
  ["sgd", { momentum: 0.9, lrScheduler: new FactorScheduler(2, { factor: 0.5 }) }],
  ["nag", { momentum: 0.9 }],
  ["adam", {}],
  ["adamw", { wd: 0.01 }],
  ["adagrad", {}],
  ["rmsprop", {}],
  ["rmsprop", { centered: true }],
  ["adadelta", {}],
  ["adamax", {}],
  ["nadam", {}],
];

describe("states", () => {
  for (const [optimizer, options] of cases) {
    it(`restored, training goes on bit for bit: ${optimizer} ${JSON.stringify(options)}`, async () => {
      const run = new Run(optimizer, options);
      const steps = [1, 2, 3, 4, 5, 6];
      for (const step of steps.slice(0, 3)) run.step(step);
      const weights = run.weights;
      const saved = structuredClone(await run.trainer.states());
      for (const step of steps.slice(3)) run.step(step);

      const resumed = new Run(optimizer, options, weights);
      resumed.trainer.restoreStates(saved);
      expect(await resumed.trainer.states()).toEqual(saved);
      for (const step of steps.slice(3)) resumed.step(step);
      expect(resumed.weights).toEqual(run.weights);
      expect(await resumed.trainer.states()).toEqual(await run.trainer.states());
    });
  }

  it("are plain data: settings, counts and tensors by parameter", async () => {
    const run = new Run("sgd", { momentum: 0.5, learningRate: 1 });
    run.params.bias.gradReq = "null";
    run.params.weight.backward([3, 0, -3, 6]);
    run.trainer.step(3);
    run.trainer.setLearningRate(0.25);
    expect(await run.trainer.states()).toEqual({
      format: "camada-trainer",
      version: 1,
      optimizer: {
        name: "sgd",
        settings: { learningRate: 1, wd: 0, clipGradient: null, rescaleGrad: 1, momentum: 0.5 },
        learningRate: 0.25,
        carried: {},
      },
      numUpdate: 1,
      parameters: [
        { key: "weight", updateCount: 1, shape: [2, 2], tensors: { momentum: Float32Array.of(-1, 0, 1, -2) } },
        { key: "bias", updateCount: 0, shape: null, tensors: {} },
      ],
    } satisfies TrainerStates);
  });

  it("are copies", async () => {
    const run = new Run("sgd", { momentum: 0.9 });
    run.step(1);
    const saved = await run.trainer.states();
    const copy = structuredClone(saved);
    run.step(2);
    expect(saved).toEqual(copy);
    run.trainer.restoreStates(saved);
    saved.parameters[0]!.tensors["momentum"]!.fill(9);
    const again = await run.trainer.states();
    expect(again).toEqual(copy);
    again.parameters[0]!.tensors["momentum"]!.fill(9);
    expect(await run.trainer.states()).toEqual(copy);
  });

  it("bring the learning rate back", async () => {
    const run = new Run("sgd", { learningRate: 0.5 });
    run.trainer.setLearningRate(0.25);
    const saved = await run.trainer.states();
    run.trainer.setLearningRate(0.125);
    run.trainer.restoreStates(saved);
    expect(run.trainer.learningRate).toBe(0.25);
  });

  it("leave no tensor behind when saved or restored again", async () => {
    const run = new Run("adam");
    run.step(1);
    const saved = await run.trainer.states();
    await expectNoLeak(async () => {
      await run.trainer.states();
      run.trainer.restoreStates(saved);
    });
  });

  it("wait for a parameter without a shape, and must fit it then", async () => {
    const run = new Run("adam");
    run.step(1);
    const saved = await run.trainer.states();
    const other = new FakeParameter("other", [3], [1, 2, 3]);
    const trainer = new Trainer([other, run.params.bias], "adam");
    made.push(other, trainer);
    trainer.restoreStates(saved);
    other.backward([1, 1, 1]);
    run.params.bias.backward([1, 1]);
    expect(() => trainer.step(1)).toThrow(
      expect.objectContaining({ expected: "other to be [2, 2] as before", got: "[3]" }),
    );
  });
});

describe("restoreStates refuses", () => {
  type Change = (states: TrainerStates) => unknown;
  const firstParameter = (change: (parameter: ParameterStates) => object): Change => {
    return (states) => ({ ...states, parameters: [change(states.parameters[0]!), ...states.parameters.slice(1)] });
  };
  const optimizer = (change: object): Change => {
    return (states) => ({ ...states, optimizer: { ...states.optimizer, ...change } });
  };
  const refused: Readonly<Record<string, [change: Change, expected: string, got: string]>> = {
    nothing: [() => null, "states of a Trainer", "null"],
    "another format": [(s) => ({ ...s, format: "x" }), "states of a Trainer", "Object"],
    "an object of no class": [
      (s) => Object.assign(Object.create(null), s, { format: "x" }),
      "states of a Trainer",
      "an object",
    ],
    "another version": [(s) => ({ ...s, version: 2 }), "states of version 1", "version 2"],
    "another optimizer": [optimizer({ name: "adam" }), "states of nadam", '"adam"'],
    "a damaged learning rate": [optimizer({ learningRate: NaN }), "learningRate to be a number", "NaN"],
    "other hyperparameters": [optimizer({ settings: { beta1: 0.9 } }), "wd to be 0, as this Trainer's", "undefined"],
    "a missing number of the rule": [optimizer({ carried: {} }), "the number momentumProduct", "undefined"],
    "a damaged update number": [(s) => ({ ...s, numUpdate: -1 }), "numUpdate to be an integer >= 0", "-1"],
    "no parameters": [(s) => ({ ...s, parameters: undefined }), "a list of parameters", "undefined"],
    "fewer parameters": [(s) => ({ ...s, parameters: s.parameters.slice(1) }), "2 parameters", "1"],
    "a damaged parameter": [firstParameter(() => null as never), "every parameter to be an object", "null"],
    "a damaged count": [
      firstParameter((p) => ({ ...p, updateCount: 1.5 })),
      "updateCount of weight to be an integer >= 0",
      "1.5",
    ],
    "a missing shape": [firstParameter((p) => ({ ...p, shape: null })), "a shape for weight", "null"],
    "a missing tensor": [
      firstParameter((p) => ({ ...p, tensors: { mean: p.tensors["mean"] } })),
      "variance of weight to be a Float32Array",
      "undefined",
    ],
    "a tensor of another type": [
      firstParameter((p) => ({ ...p, tensors: { ...p.tensors, mean: [1, 2, 3, 4] } })),
      "mean of weight to be a Float32Array",
      "Array",
    ],
    "a tensor of another size": [
      firstParameter((p) => ({ ...p, tensors: { ...p.tensors, mean: new Float32Array(3) } })),
      "4 values in mean of weight",
      "3",
    ],
  };

  for (const [title, [change, expected, got]] of Object.entries(refused)) {
    it(`${title}, and changes nothing`, async () => {
      const run = new Run("nadam");
      run.step(1);
      const saved = await run.trainer.states();
      run.step(2);
      const before = await run.trainer.states();
      const restore = () => run.trainer.restoreStates(change(saved) as TrainerStates);
      expect(restore).toThrow(TrainerStatesError);
      expect(restore).toThrow(expect.objectContaining({ op: "Trainer.restoreStates", expected, got }));
      expect(await run.trainer.states()).toEqual(before);
    });
  }

  it("anything after dispose", async () => {
    const run = new Run("sgd");
    const saved = await run.trainer.states();
    run.trainer.dispose();
    expect(() => run.trainer.restoreStates(saved)).toThrow(OptimizerError);
  });
});

import { describe, expect, it } from "vitest";
import {
  Adam,
  createOptimizer,
  FactorScheduler,
  Nadam,
  OptimizerError,
  RMSProp,
  SGD,
  Trainer,
  type OptimizerName,
} from "../src/index.ts";

describe("createOptimizer", () => {
  it("knows names in any case", () => {
    expect(createOptimizer("SGD", { momentum: 0.9 })).toBeInstanceOf(SGD);
    expect(createOptimizer("RMSProp")).toBeInstanceOf(RMSProp);
    expect(createOptimizer("nadam")).toBeInstanceOf(Nadam);
  });

  it("gives back an optimizer, and refuses options beside it", () => {
    const adam = new Adam();
    expect(createOptimizer(adam)).toBe(adam);
    expect(() => createOptimizer(adam, { wd: 0.1 })).toThrow(
      expect.objectContaining({ name: "OptimizerError", expected: "no options beside an optimizer", got: "wd" }),
    );
  });

  it("lists the names it knows when asked for another", () => {
    expect(() => createOptimizer("adamm" as OptimizerName)).toThrow(
      new OptimizerError(
        "createOptimizer",
        "one of sgd, nag, adam, adamw, adagrad, rmsprop, adadelta, adamax, nadam",
        '"adamm"',
      ),
    );
    expect(() => createOptimizer("toString" as OptimizerName)).toThrow(OptimizerError);
  });
});

describe("hyperparameters", () => {
  it("have MXNet's defaults", () => {
    const defaults = (name: OptimizerName) => createOptimizer(name).settings;
    const common = { learningRate: 0.01, wd: 0, clipGradient: null, rescaleGrad: 1 };
    const adam = { ...common, learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
    expect(defaults("sgd")).toEqual({ ...common, momentum: 0 });
    expect(defaults("nag")).toEqual({ ...common, momentum: 0 });
    expect(defaults("adam")).toEqual(adam);
    expect(defaults("adamw")).toEqual({ ...adam, epsilon: 1e-6, correctBias: true });
    expect(defaults("adagrad")).toEqual({ ...common, eps: 1e-7 });
    expect(defaults("rmsprop")).toEqual({
      ...common,
      learningRate: 0.001,
      gamma1: 0.9,
      gamma2: 0.9,
      epsilon: 1e-8,
      centered: false,
      clipWeights: null,
    });
    expect(defaults("adadelta")).toEqual({ ...common, rho: 0.9, epsilon: 1e-5 });
    expect(defaults("adamax")).toEqual({ ...common, learningRate: 0.002, beta1: 0.9, beta2: 0.999 });
    expect(defaults("nadam")).toEqual({ ...adam, scheduleDecay: 0.004 });
  });

  it("are checked", () => {
    const refused: [make: () => unknown, op: string, expected: RegExp, got: string][] = [
      [() => new SGD({ lr: 0.1 } as never), "sgd", /^options among learningRate, wd, .*momentum$/, "lr"],
      [() => new SGD({ learningRate: NaN }), "sgd", /^learningRate to be a finite number$/, "NaN"],
      [() => new SGD({ learningRate: "0.1" as never }), "sgd", /^learningRate to be a finite number$/, '"0.1"'],
      [() => new SGD({ momentum: -0.9 }), "sgd", /^momentum to be a number >= 0$/, "-0.9"],
      [() => new SGD({ clipGradient: 0 }), "sgd", /^clipGradient to be a number > 0, or null for no bound$/, "0"],
      [() => new Adam({ beta1: 1 }), "adam", /^beta1 to be a number >= 0 and < 1$/, "1"],
      [() => new RMSProp({ centered: 1 as never }), "rmsprop", /^centered to be true or false$/, "1"],
      [() => new Adam({ lrScheduler: 0.1 as never }), "adam", /^lrScheduler to have a method at/, "0.1"],
    ];
    for (const [make, op, expected, got] of refused) {
      expect(make).toThrow(OptimizerError);
      expect(make).toThrow(expect.objectContaining({ op, expected: expect.stringMatching(expected), got }));
    }
  });

  it("are checked by type as well, for the name given", () => {
    // @ts-expect-error Adam has no momentum
    expect(() => createOptimizer("adam", { momentum: 0.9 })).toThrow(OptimizerError);
    // @ts-expect-error SGD has no beta1, whatever the case of its name
    expect(() => new Trainer([], "SGD", { beta1: 0.9 })).toThrow(OptimizerError);
    // @ts-expect-error no such optimizer
    expect(() => createOptimizer("sdg", {})).toThrow(OptimizerError);
  });

  it("take undefined for left out", () => {
    const lrScheduler = new FactorScheduler(5);
    const options = { clipGradient: undefined, momentum: undefined, lrScheduler };
    const sgd = new SGD(options);
    expect(sgd.settings).toMatchObject({ clipGradient: null, momentum: 0 });
    expect(sgd.lrScheduler).toBe(lrScheduler);
  });
});

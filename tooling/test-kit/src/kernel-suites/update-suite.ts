import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { RandomCase } from "../random-case.ts";
import type { KernelEngine } from "./kernel-engine.ts";

const f32 = Math.fround;

/** A parameter with its states, by name. */
type Parameter = Readonly<Record<string, Float32Array>>;

interface Numbers {
  readonly rescale: number;
  readonly clip: number;
  readonly learningRates: readonly number[];
  readonly wds: readonly number[];
  readonly momentum: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

interface Step {
  readonly numbers: Numbers;
  readonly parameters: readonly Parameter[];
}

type Rule = (parameter: Parameter, numbers: Numbers, i: number) => void;

/** Names of the kernels, and how they take their tensors. */
export interface UpdateKernels {
  readonly sgd: string;
  readonly adam: string;
  /** The inputs of either for parameters in their order. */
  inputs(parameters: readonly Readonly<Record<string, tf.Tensor>>[]): tf.NamedTensorMap;
}

function randomStep(random: RandomCase, states: readonly string[], count: number, largest: number): Step {
  const each = (choices: readonly number[]): number[] => Array.from({ length: count }, () => random.oneOf(choices));
  const numbers = {
    rescale: random.oneOf([1, 1 / 128, 0.3]),
    clip: random.oneOf([0, 0, 0.125]),
    learningRates: each([0.01, 0.1, 0.001]),
    wds: each([0, 1e-4, 0.01]),
    momentum: random.oneOf([0.9, 0.7]),
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
  };
  const parameters = Array.from({ length: count }, () => {
    const size = random.between(1, largest);
    const values = Object.fromEntries(["weight", "gradient", ...states].map((name) => [name, random.floats(size)]));
    if (values["variance"] !== undefined) values["variance"] = values["variance"].map(Math.abs);
    return values;
  });
  return { numbers, parameters };
}

function clipped(value: number, clip: number): number {
  return clip > 0 ? Math.min(Math.max(value, -clip), clip) : value;
}

/** MXNet's order: scalars are rounded first, then every operation from the left to the right. */
function sgd({ weight, gradient, momentum }: Parameter, numbers: Numbers, i: number): void {
  const [rate, wd, rescale] = [f32(numbers.learningRates[i]!), f32(numbers.wds[i]!), f32(numbers.rescale)];
  const { clip } = numbers;
  const decay = f32(rate * wd);
  weight!.forEach((w, at) => {
    const g = gradient![at]!;
    const descent = clip > 0 ? f32(rate * clipped(f32(rescale * g), clip)) : f32(f32(rate * rescale) * g);
    if (momentum === undefined) {
      weight![at] = f32(f32(f32(1 - decay) * w) - descent);
      return;
    }
    const speed = f32(f32(f32(f32(numbers.momentum) * momentum[at]!) - f32(decay * w)) - descent);
    momentum[at] = speed;
    weight![at] = f32(w + speed);
  });
}

function adam({ weight, gradient, mean, variance }: Parameter, numbers: Numbers, i: number): void {
  const [rate, wd, rescale] = [f32(numbers.learningRates[i]!), f32(numbers.wds[i]!), f32(numbers.rescale)];
  const [beta1, beta2, epsilon] = [f32(numbers.beta1), f32(numbers.beta2), f32(numbers.epsilon)];
  const [rest1, rest2] = [f32(1 - beta1), f32(1 - beta2)];
  weight!.forEach((w, at) => {
    const g = clipped(f32(f32(rescale * gradient![at]!) + f32(wd * w)), numbers.clip);
    const m = f32(f32(beta1 * mean![at]!) + f32(rest1 * g));
    const v = f32(f32(beta2 * variance![at]!) + f32(rest2 * f32(g * g)));
    mean![at] = m;
    variance![at] = v;
    weight![at] = f32(w - f32(f32(rate * m) / f32(f32(Math.sqrt(v)) + epsilon)));
  });
}

/** Steps of the optimizers must give MXNet's bits. */
export function describeUpdates(engine: KernelEngine, kernels: UpdateKernels): void {
  const { name: engineName, cases } = engine;

  /** Elements that are not the same bits after a step, over every tensor. */
  const differences = (kernel: string, { numbers, parameters }: Step, rule: Rule): string[] =>
    engine.inside(() => {
      const tensors = parameters.map((parameter) =>
        Object.fromEntries(Object.entries(parameter).map(([name, data]) => [name, tf.tensor1d(data.slice())])),
      );
      const attrs = { ...numbers, count: parameters.length };
      tf.engine().runKernel(kernel, kernels.inputs(tensors), attrs as never);
      return parameters.flatMap((parameter, i) => {
        rule(parameter, numbers, i);
        return Object.entries(parameter).flatMap(([name, expected]) => {
          const actual = tensors[i]![name]!.dataSync<"float32">();
          const at = expected.findIndex((value, place) => !Object.is(value, actual[place]));
          if (at < 0) return [];
          return [`${name}${i}[${at}] of ${expected.length}: expected ${expected[at]}, got ${actual[at]}`];
        });
      });
    });

  describe(`optimizer steps on ${engineName}`, () => {
    describe.each<[string, string, readonly string[], Rule]>([
      ["SGD with momentum", kernels.sgd, ["momentum"], sgd],
      ["SGD without momentum", kernels.sgd, [], sgd],
      ["Adam", kernels.adam, ["mean", "variance"], adam],
    ])("%s", (name, kernel, states, rule) => {
      it(`gives MXNet's bits over ${cases} random steps`, () => {
        const wrong: string[] = [];
        for (let index = 0; index < cases; index++) {
          const random = new RandomCase(name, index);
          wrong.push(...differences(kernel, randomStep(random, states, random.between(1, 9), 300), rule));
        }
        expect(wrong.slice(0, 5)).toEqual([]);
      });

      it.each([
        ["so many that one launch has no room for them", 150, 12],
        ["so large that threads or blocks share them", 3, 40_000],
      ])("updates parameters that are %s", (_, count, largest) => {
        const random = new RandomCase(`${count} parameters, ${name}`, 0);
        expect(differences(kernel, randomStep(random, states, count, largest), rule)).toEqual([]);
      });
    });

    it("leaves a step without parameters alone", () => {
      expect(differences(kernels.sgd, randomStep(new RandomCase("none", 0), [], 0, 1), sgd)).toEqual([]);
    });

    it("lets NaN through the bound of a gradient", () => {
      engine.inside(() => {
        const [weight, gradient] = [tf.tensor1d([1, 1, 1]), tf.tensor1d([NaN, 5, -5])];
        const attrs = { count: 1, rescale: 1, clip: 0.5, learningRates: [1], wds: [0], momentum: 0 };
        tf.engine().runKernel(kernels.sgd, kernels.inputs([{ weight, gradient }]), attrs);
        expect([...weight.dataSync()]).toEqual([NaN, 0.5, 1.5]);
      });
    });
  });
}

import { ADAM_UPDATE, SGD_UPDATE, updateInputs } from "@camada/tensor";
import { CASES, RandomCase } from "@camada/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { setThreads, tensorOf, THREADS } from "./native-run.ts";

const f32 = Math.fround;

/** A parameter with its states, and what a step must make of them. */
type Parameter = Readonly<Record<string, Float32Array>>;

interface Step {
  readonly attrs: Readonly<Record<string, number | readonly number[]>>;
  readonly parameters: readonly Parameter[];
}

function randomStep(random: RandomCase, states: readonly string[], largest: number): Step {
  const count = random.between(1, 4);
  const each = (make: () => number): number[] => Array.from({ length: count }, make);
  const attrs = {
    count,
    rescale: random.oneOf([1, 1 / 128, 0.5]),
    clip: random.oneOf([0, 0, 0.125]),
    learningRates: each(() => random.oneOf([0.01, 0.1, 0.001])),
    wds: each(() => random.oneOf([0, 0, 1e-4, 0.01])),
    momentum: 0.9,
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
  return { attrs, parameters };
}

function clipped(value: number, clip: number): number {
  return clip > 0 ? Math.min(Math.max(value, -clip), clip) : value;
}

/** Every operation rounds to float32, in MXNet's order; the scalars were rounded first. */
function sgdStep({ weight, gradient, momentum }: Parameter, attrs: SgdNumbers, i: number): void {
  const [lr, wd, mu] = [f32(attrs.learningRates[i]!), f32(attrs.wds[i]!), f32(attrs.momentum)];
  const [rescale, clip, lrWd] = [f32(attrs.rescale), f32(attrs.clip), f32(lr * wd)];
  for (let at = 0; at < weight!.length; at++) {
    const w = weight![at]!;
    const g = gradient![at]!;
    const scaled = clip > 0 ? f32(lr * clipped(f32(rescale * g), clip)) : f32(f32(lr * rescale) * g);
    if (momentum === undefined) {
      const kept = lrWd === 0 ? w : f32(f32(1 - lrWd) * w);
      weight![at] = f32(kept - scaled);
      continue;
    }
    const kept = f32(mu * momentum[at]!);
    momentum[at] = f32((lrWd === 0 ? kept : f32(kept - f32(lrWd * w))) - scaled);
    weight![at] = f32(w + momentum[at]!);
  }
}

interface SgdNumbers {
  readonly learningRates: readonly number[];
  readonly wds: readonly number[];
  readonly rescale: number;
  readonly clip: number;
  readonly momentum: number;
}

/** As the contract's docstring says: every operation rounds to float32 in the order written. */
function adamStep({ weight, gradient, mean, variance }: Parameter, attrs: AdamNumbers, i: number): void {
  const [lr, wd, rescale, clip] = [attrs.learningRates[i]!, attrs.wds[i]!, attrs.rescale, attrs.clip].map(f32);
  const [beta1, beta2, epsilon] = [attrs.beta1, attrs.beta2, attrs.epsilon].map(f32);
  const [rest1, rest2] = [f32(1 - beta1!), f32(1 - beta2!)];
  for (let at = 0; at < weight!.length; at++) {
    const w = weight![at]!;
    const g = clipped(f32(f32(rescale! * gradient![at]!) + f32(wd! * w)), clip!);
    mean![at] = f32(f32(beta1! * mean![at]!) + f32(rest1 * g));
    variance![at] = f32(f32(beta2! * variance![at]!) + f32(rest2 * f32(g * g)));
    const divisor = f32(f32(Math.sqrt(variance![at]!)) + epsilon!);
    weight![at] = f32(w - f32(f32(lr! * mean![at]!) / divisor));
  }
}

interface AdamNumbers extends Omit<SgdNumbers, "momentum"> {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** Elements that are not the same bits, over every tensor of a step. */
function differences(kernel: string, { attrs, parameters }: Step, step: (p: Parameter, i: number) => void): string[] {
  return tf.tidy(() => {
    const tensors = parameters.map((parameter) =>
      Object.fromEntries(
        Object.entries(parameter).map(([name, data]) => [name, tensorOf({ shape: [data.length], data: data.slice() })]),
      ),
    );
    tf.engine().runKernel(kernel, updateInputs(tensors as never), { ...attrs, count: parameters.length } as never);
    return parameters.flatMap((parameter, i) => {
      step(parameter, i);
      return Object.entries(parameter).flatMap(([name, expected]) => {
        const actual = tensors[i]![name]!.dataSync<"float32">();
        const at = expected.findIndex((value, place) => !Object.is(value, actual[place]));
        if (at < 0) return [];
        const numbers = JSON.stringify(attrs);
        return [`${name}${i}[${at}] of ${expected.length}: expected ${expected[at]}, got ${actual[at]}; ${numbers}`];
      });
    });
  });
}

describe("optimizer steps on the native engine", () => {
  it.each([
    ["SGD with momentum", SGD_UPDATE, ["momentum"]],
    ["SGD without momentum", SGD_UPDATE, []],
    ["Adam", ADAM_UPDATE, ["mean", "variance"]],
  ] as const)(`%s gives MXNet's bits over ${CASES} random steps`, (name, kernel, states) => {
    const wrong: string[] = [];
    for (let index = 0; index < CASES; index++) {
      const step = randomStep(new RandomCase(name, index), states, 70);
      const numbers = step.attrs as unknown as SgdNumbers & AdamNumbers;
      const reference = kernel === SGD_UPDATE ? sgdStep : adamStep;
      wrong.push(...differences(kernel, step, (parameter, i) => reference(parameter, numbers, i)));
    }
    expect(wrong.slice(0, 5)).toEqual([]);
  });

  it.each(THREADS)("gives the same bits to large parameters at %i threads", (count) => {
    setThreads(count);
    const step = randomStep(new RandomCase("large step", 0), ["momentum"], 200_000);
    const numbers = step.attrs as unknown as SgdNumbers;
    expect(differences(SGD_UPDATE, step, (parameter, i) => sgdStep(parameter, numbers, i))).toEqual([]);
    setThreads(2);
  });
});

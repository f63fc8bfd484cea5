import { ADAM_UPDATE, adamParameters, SGD_UPDATE, sgdParameters } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Adam, SGD, Trainer, type Optimizer } from "../src/index.ts";
import { FakeParameter } from "./fake-parameter.ts";

const kernels = [SGD_UPDATE, ADAM_UPDATE];

/** Stand in for a backend's kernels and record their calls. */
let calls: { readonly kernelName: string; readonly inputs: tf.NamedTensorInfoMap; readonly attrs: unknown }[] = [];
let originals: (tf.KernelConfig | undefined)[] = [];
let backendName: string;

beforeEach(() => {
  calls = [];
  backendName = tf.getBackend();
  originals = kernels.map((kernelName) => tf.getKernel(kernelName, backendName));
  for (const [i, kernelName] of kernels.entries()) {
    if (originals[i] !== undefined) tf.unregisterKernel(kernelName, backendName);
    const kernelFunc: tf.KernelFunc = ({ inputs, attrs }) => {
      calls.push({ kernelName, inputs, attrs });
      return [];
    };
    tf.registerKernel({ kernelName, backendName, kernelFunc });
  }
});

afterEach(() => {
  for (const [i, kernelName] of kernels.entries()) {
    tf.unregisterKernel(kernelName, backendName);
    if (originals[i] !== undefined) tf.registerKernel(originals[i]);
  }
});

const params: FakeParameter[] = [];
afterEach(() => {
  for (const param of params.splice(0)) param.dispose();
});

function step(optimizer: Optimizer): Trainer {
  const trainer = new Trainer(params, optimizer);
  for (const param of params) param.backward([1, 1]);
  trainer.step(2);
  trainer.dispose();
  return trainer;
}

function twoParameters(): void {
  const second = new FakeParameter("b", [2], [3, 4]);
  Object.assign(second, { lrMult: 4, wdMult: 2 });
  params.push(new FakeParameter("w", [2], [1, 2]), second);
}

describe("a whole step on a backend with a kernel for it", () => {
  it("is one call of SGD with every weight, gradient and number", () => {
    twoParameters();
    step(new SGD({ learningRate: 0.5, wd: 0.25 }));
    expect(calls).toHaveLength(1);
    const [{ kernelName, inputs, attrs }] = calls as [(typeof calls)[number]];
    expect(kernelName).toBe(SGD_UPDATE);
    expect(attrs).toEqual({
      count: 2,
      momentum: 0,
      rescale: 0.5,
      clip: 0,
      learningRates: [0.5, 2],
      wds: [0.25, 0.5],
    });
    expect(Object.keys(inputs)).toEqual(["weight0", "gradient0", "weight1", "gradient1"]);
    const handed = sgdParameters(inputs, 2);
    params.forEach((param, i) => expect(handed[i]).toEqual({ weight: param.data(), gradient: param.grad() }));
    expect([...params[0]!.values()]).toEqual([1, 2]); // the stand-in writes nothing
    expect(params.map(({ isGradFresh }) => isGradFresh)).toEqual([false, false]);
  });

  it("hands SGD its momentum and the bound", () => {
    twoParameters();
    step(new SGD({ learningRate: 0.5, momentum: 0.9, clipGradient: 3 }));
    expect(calls.map(({ attrs }) => attrs)).toMatchObject([{ count: 2, momentum: 0.9, clip: 3 }]);
    const [first] = sgdParameters(calls[0]!.inputs, 2);
    expect(first!.momentum!.shape).toEqual([2]);
    expect(first!.momentum!.dataId).not.toBe(first!.weight.dataId);
  });

  it("is one call of Adam, its learning rates corrected by each parameter's own count", () => {
    twoParameters();
    const trainer = new Trainer(params, new Adam({ learningRate: 0.25, wd: 0.5, beta1: 0.5, beta2: 0.75, epsilon: 2 }));
    params[0]!.backward([1, 1]);
    trainer.step(2, { ignoreStaleGrad: true });
    for (const param of params) param.backward([1, 1]);
    trainer.step(2);
    trainer.dispose();
    expect(calls.map(({ kernelName }) => kernelName)).toEqual([ADAM_UPDATE, ADAM_UPDATE]);
    const numbers = { beta1: 0.5, beta2: 0.75, epsilon: 2, rescale: 0.5, clip: 0 };
    const later = (0.25 * Math.sqrt(1 - 0.75 ** 2)) / (1 - 0.5 ** 2);
    expect(calls[0]!.attrs).toEqual({ ...numbers, count: 1, learningRates: [0.25], wds: [0.5] });
    expect(calls[1]!.attrs).toEqual({
      ...numbers,
      count: 2,
      learningRates: [expect.closeTo(later, 15), 1],
      wds: [0.5, 1],
    });
    const names = ["weight", "gradient", "mean", "variance"].flatMap((name) => [`${name}0`, `${name}1`]);
    expect(Object.keys(calls[1]!.inputs).sort()).toEqual(names.sort());
    const handed = adamParameters(calls[1]!.inputs, 2);
    expect(handed[1]!.weight).toBe(params[1]!.data());
    expect(handed[1]!.gradient).toBe(params[1]!.grad());
    expect(new Set(handed.flatMap(Object.values)).size).toBe(8);
  });

  it.each([
    ["SGD", new SGD({ learningRate: 0.5 }), [0.75, 1.75]],
    // g = 1/2, m = 1/4, v = 1/16, and the correction of the learning rate is 1
    ["Adam", new Adam({ learningRate: 0.5, beta1: 0.5, beta2: 0.75, epsilon: 0 }), [0.5, 1.5]],
  ])("lets %s not write into memory that another tensor shares", (_, optimizer, expected) => {
    twoParameters();
    const view = tf.reshape(params[0]!.data(), [1, 2]);
    step(optimizer);
    expect(calls.map(({ attrs }) => attrs)).toMatchObject([{ count: 1 }]);
    expect(Object.values(calls[0]!.inputs)).toContain(params[1]!.data());
    expect([...params[0]!.values()]).toEqual(expected);
    expect([...view.dataSync()]).toEqual([1, 2]);
    view.dispose();
  });
});

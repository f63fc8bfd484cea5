import { SGD_UPDATE } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SGD, Trainer } from "../src/index.ts";
import { FakeParameter } from "./fake-parameter.ts";

/** Stands in for a backend's kernel and records its calls. */
let calls: { readonly inputs: readonly string[]; readonly attrs: unknown }[] = [];
let original: tf.KernelConfig | undefined;
let backendName: string;

beforeEach(() => {
  calls = [];
  backendName = tf.getBackend();
  original = tf.getKernel(SGD_UPDATE, backendName);
  if (original !== undefined) tf.unregisterKernel(SGD_UPDATE, backendName);
  const kernelFunc: tf.KernelFunc = ({ inputs, attrs }) => {
    calls.push({ inputs: Object.keys(inputs), attrs });
    return [];
  };
  tf.registerKernel({ kernelName: SGD_UPDATE, backendName, kernelFunc });
});

afterEach(() => {
  tf.unregisterKernel(SGD_UPDATE, backendName);
  if (original !== undefined) tf.registerKernel(original);
});

function stepOnce(optimizer: SGD, before?: (param: FakeParameter) => void): Float32Array {
  const param = new FakeParameter("w", [2], [1, 2]);
  const trainer = new Trainer([param], optimizer);
  before?.(param);
  param.backward([1, 1]);
  trainer.step(2);
  const values = param.values();
  trainer.dispose();
  param.dispose();
  return values;
}

describe("SGD on a backend with its own kernel", () => {
  it("hands weight, gradient and hyperparameters over", () => {
    const values = stepOnce(new SGD({ learningRate: 0.5, wd: 0.25 }));
    const attrs = { learningRate: 0.5, momentum: 0, wd: 0.25, rescale: 0.5, clip: 0 };
    expect(calls).toEqual([{ inputs: ["weight", "gradient"], attrs }]);
    expect([...values]).toEqual([1, 2]); // the stand-in writes nothing
  });

  it("hands momentum and the bound over", () => {
    stepOnce(new SGD({ learningRate: 0.5, momentum: 0.9, clipGradient: 3 }));
    const attrs = { learningRate: 0.5, momentum: 0.9, wd: 0, rescale: 0.5, clip: 3 };
    expect(calls).toEqual([{ inputs: ["weight", "gradient", "momentum"], attrs }]);
  });

  it("does not write into memory that another tensor shares", () => {
    let view: tf.Tensor | undefined;
    const values = stepOnce(new SGD({ learningRate: 0.5 }), (param) => (view = tf.reshape(param.data(), [1, 2])));
    expect(calls).toEqual([]);
    expect([...values]).toEqual([0.75, 1.75]);
    expect([...view!.dataSync()]).toEqual([1, 2]);
    view!.dispose();
  });
});

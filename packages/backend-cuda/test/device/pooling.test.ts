import { POOL, POOL_GRADIENT } from "@camada/tensor";
import { checkPool, poolTensors, RandomCase, randomPool, WorstError, type PoolKernels } from "@camada/test-kit";
import type { KernelValues } from "@camada/test-kit/kernel-suites";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { CASES, runKernel, runOnly } from "./run-kernel.ts";

const kernels: PoolKernels = {
  forward: (x, attrs) => runOnly(POOL, { x }, attrs),
  gradient: (dy, x, attrs) => runOnly(POOL_GRADIENT, { dy, x }, attrs),
};

describe.each(["max", "avg"] as const)("%s pooling on the device", (kind) => {
  it(`agrees with float64 over ${CASES} random configurations, forward and gradient`, async ({ annotate }) => {
    const errors = { forward: new WorstError(), gradient: new WorstError() };
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase(`${kind} pool`, index);
      const test = randomPool(random, kind);
      checkPool(kernels, test, poolTensors(test, random), errors);
    }
    for (const [kernel, worst] of Object.entries(errors)) await annotate(`${kind} pool, ${kernel}: ${worst.text}`);
    for (const worst of Object.values(errors)) expect(worst).toSatisfy(({ overBound }) => overBound <= 1, worst.where);
  });
});

describe("max pooling on the device", () => {
  const attrs = {
    kind: "max",
    kernel: [2],
    strides: [2],
    padBegin: [0],
    padEnd: [0],
    outputSize: [4],
    countIncludePad: false,
  };
  const x: KernelValues = {
    shape: [1, 1, 7],
    data: Float32Array.of(1, NaN, NaN, 2, -Infinity, -Infinity, -Infinity),
  };

  it("has NaN for a maximum, and minus infinity where there is nothing else", () => {
    expect([...runOnly(POOL, { x }, attrs).data]).toEqual([NaN, NaN, -Infinity, -Infinity]);
  });

  it("gives the gradient to the first NaN, or to the first element where all are minus infinity", () => {
    const dy: KernelValues = { shape: [1, 1, 4], data: Float32Array.of(1, 2, 3, 4) };
    expect([...runOnly(POOL_GRADIENT, { dy, x }, attrs).data]).toEqual([0, 1, 2, 0, 3, 0, 4]);
  });
});

/** tfjs's JavaScript kernel of the same inputs. */
function onHost(name: string, inputs: Readonly<Record<string, KernelValues>>, attrs: object): KernelValues[] {
  const cpu = tf.findBackend("cpu")!;
  const infos = Object.entries(inputs).map(([key, { shape, data }]): [string, tf.TensorInfo] => {
    const dataId = cpu.write(data as Float32Array, [...shape], "float32") as tf.TensorInfo["dataId"];
    return [key, { dataId, shape: [...shape], dtype: "float32" }];
  });
  const kernel = tf.getKernel(name, "cpu")!;
  const outputs = [
    kernel.kernelFunc({ inputs: Object.fromEntries(infos), attrs: attrs as tf.NamedAttrMap, backend: cpu }),
  ];
  return outputs.flat().map(({ dataId, shape }) => ({ shape, data: cpu.readSync(dataId) as Float32Array }));
}

const POOLS = [
  [tf.MaxPool, tf.MaxPoolGrad, 2],
  [tf.AvgPool, tf.AvgPoolGrad, 2],
  [tf.MaxPool3D, tf.MaxPool3DGrad, 3],
  [tf.AvgPool3D, tf.AvgPool3DGrad, 3],
] as const;

describe.each(POOLS)("%s on the device", (forward, gradient, axes) => {
  it(`and its gradient are what tfjs's JavaScript kernels give over ${CASES} random configurations`, () => {
    for (let index = 0; index < CASES; index++) {
      const random = new RandomCase(forward, index);
      const each = (make: () => number): number[] => Array.from({ length: axes }, make);
      const filterSize = each(() => random.between(1, 3));
      // tfjs's gradient of the maximum mixes up height and width of a window of three axes.
      if (forward === tf.MaxPool3D) filterSize[2] = filterSize[1]!;
      const strides = each(() => random.between(1, 3));
      const pad = random.oneOf(["same", "valid"]);
      const shape = [random.between(1, 2), ...each(() => random.between(3, 9)), random.oneOf([1, 3, 5])];
      const isCoarse = random.chance(0.3);
      const size = shape.reduce((product, extent) => product * extent, 1);
      const x: KernelValues = {
        shape,
        data: random.floats(size).map((value) => (isCoarse ? Math.round(value * 2) : value)),
      };
      const attrs = { filterSize, strides, pad, dimRoundingMode: undefined };
      const label = JSON.stringify({ shape, ...attrs });
      const [expected] = onHost(forward, { x }, attrs);
      const [y] = filterSize.every((extent) => extent === 1) ? [expected!] : runKernel(forward, { x }, attrs);
      expectNear(label, y!, expected!);
      const dy: KernelValues = { shape: y!.shape, data: random.floats(y!.data.length) };
      const inputs = { dy, input: x, ...(forward === tf.MaxPool ? { output: y! } : {}) };
      const [dx] = runKernel(gradient, inputs, attrs);
      expectNear(label, dx!, onHost(gradient, inputs, attrs)[0]!);
    }
  });
});

/** Equal but for what the order of a sum of at most 27 numbers below 1 may make of it. */
function expectNear(label: string, actual: KernelValues, expected: KernelValues): void {
  expect({ label, shape: actual.shape }).toEqual({ label, shape: expected.shape });
  const worst = Math.max(0, ...[...actual.data].map((value, i) => Math.abs(value - expected.data[i]!)));
  expect({ label, isNear: worst <= 27 * 27 * 2 ** -24 }).toEqual({ label, isNear: true });
}

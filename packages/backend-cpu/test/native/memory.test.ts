import { CONVOLUTION, CONVOLUTION_WEIGHT_GRADIENT, DENSE, POOL, SGD_UPDATE, updateInputs } from "@camada/tensor";
import { RandomCase } from "@camada/test-kit";
import { tensorOf } from "@camada/test-kit/kernel-suites";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, it } from "vitest";
import { OutOfMemoryError } from "../../src/out-of-memory.ts";
import { nativeBackend } from "./native-run.ts";

const MIB = 2 ** 20;
const memory = () => nativeBackend().memoryPool;
const inUse = () => memory().statistics().inUseBytes;

/** Numbers between -1 and 1 in native memory, where a native kernel has put them. */
function nativeTensor(shape: number[], seed = 1): tf.Tensor {
  const data = new RandomCase("memory", seed).floats(tf.util.sizeFromShape(shape));
  return tf.tidy(() => tf.mul(tensorOf({ shape, data }), 1));
}

/** Takes the memory that was freed and fills it with sevens. */
function overwriteFreed(shape: number[]): void {
  tf.tidy(() => {
    for (let i = 0; i < 8; i++) {
      const sevens = tf.fill(shape, 7);
      nativeBackend().address(sevens);
    }
  });
}

function runSome(): void {
  tf.tidy(() => {
    const run = (name: string, inputs: tf.NamedTensorMap, attrs: object) =>
      tf.engine().runKernel(name, inputs, attrs as tf.NamedAttrMap);
    const geometry = { strides: [1, 1], padBegin: [2, 2], padEnd: [2, 2], dilations: [1, 1], groups: 1 };
    const x = nativeTensor([4, 6, 20, 20]);
    const weight = nativeTensor([16, 6, 5, 5]);
    const y = run(CONVOLUTION, { x, weight }, { ...geometry, activation: "tanh" }) as tf.Tensor;
    const gradient = { ...geometry, activation: "tanh", weightShape: weight.shape, withBias: true };
    run(CONVOLUTION_WEIGHT_GRADIENT, { x, dy: y, y }, gradient);
    const [kernel, strides, none] = [
      [2, 2],
      [2, 2],
      [0, 0],
    ];
    const pool = { kind: "max", kernel, strides, padBegin: none, padEnd: none, outputSize: [10, 10] };
    const pooled = run(POOL, { x: y }, { ...pool, countIncludePad: true }) as tf.Tensor;
    const flat = tf.reshape(pooled, [4, 1600]);
    const units = nativeTensor([30, 1600]);
    run(DENSE, { x: flat, weight: units }, { activation: "relu" });
    const parameter = { weight: units, gradient: nativeTensor([30, 1600], 2), momentum: nativeTensor([30, 1600], 3) };
    const numbers = { count: 1, rescale: 1, clip: 0, learningRates: [0.1], wds: [0], momentum: 0.9 };
    run(SGD_UPDATE, updateInputs([parameter]), numbers);
    const sum = tf.sum(tf.softmax(flat));
    sum.dataSync();
    tf.concat([flat, tf.transpose(tf.transpose(flat))]);
    tf.cast(tf.greater(flat, 0), "int32");
  });
}

describe("memory of the native engine", () => {
  it("is given back when tensors are, and does not grow over many rounds", () => {
    runSome();
    const before = { tensors: tf.memory().numTensors, data: nativeBackend().numDataIds(), bytes: inUse() };
    const peak = memory().statistics().peakBytes;
    for (let i = 0; i < 30; i++) runSome();
    expect({ tensors: tf.memory().numTensors, data: nativeBackend().numDataIds(), bytes: inUse() }).toEqual(before);
    expect(memory().statistics().peakBytes).toBe(peak);
  });

  it("counts what a tensor takes from its first kernel to its end", () => {
    const before = inUse();
    const x = nativeTensor([1000, 1000]);
    const held = inUse() - before;
    expect(held).toBeGreaterThanOrEqual(4e6);
    // Blocks have eight sizes for every power of two, and a free one up to a quarter larger is taken.
    expect(held).toBeLessThanOrEqual(4e6 * 1.5);
    x.dispose();
    expect(inUse()).toBe(before);
  });

  it.each<[string, (x: tf.Tensor) => tf.Tensor]>([
    ["slice", (x) => tf.slice(x, [1, 2], [30, 40])],
    ["reshape", (x) => tf.reshape(x, [100, 64])],
    ["cast", (x) => tf.cast(tf.cast(x, "int32"), "float32")],
    ["clone", (x) => tf.clone(x)],
    ["expandDims", (x) => tf.expandDims(x)],
    ["transpose", (x) => tf.transpose(x)],
    ["relu", (x) => tf.relu(x)],
    ["split", (x) => tf.split(x, 2)[1]!],
    ["unstack", (x) => tf.unstack(x)[3]!],
    ["gather", (x) => tf.gather(x, [5, 6])],
    ["stridedSlice", (x) => tf.stridedSlice(x, [0, 0], [80, 80], [2, 1])],
    ["reverse", (x) => tf.reverse(x)],
    ["topk", (x) => tf.topk(x, 3).values],
    ["fft", (x) => tf.real(tf.fft(tf.complex(x, tf.zerosLike(x))))],
    [
      "batchToSpaceND",
      (x) =>
        tf.batchToSpaceND(
          tf.reshape(x, [4, 40, 40, 1]),
          [2, 2],
          [
            [0, 0],
            [0, 0],
          ],
        ),
    ],
    ["tensor of its data", (x) => tf.tensor(x.dataSync(), x.shape)],
    ["variable", (x) => tf.variable(x)],
  ])("keeps what %s gave when its source is freed and its memory used again", (_, operation) => {
    const x = nativeTensor([80, 80]);
    const scaled = tf.tidy(() => tf.mul(x, 50));
    const y = tf.tidy(() => operation(scaled));
    const before = y.dataSync().slice();
    tf.dispose([x, scaled]);
    overwriteFreed([80, 80]);
    overwriteFreed(y.shape);
    expect(Buffer.from(y.dataSync().buffer).equals(Buffer.from(before.buffer))).toBe(true);
    y.dispose();
  });

  it("hands out elements that stay when the tensor is freed", () => {
    const x = nativeTensor([80, 80]);
    const elements = x.dataSync();
    const copy = elements.slice();
    x.dispose();
    overwriteFreed([80, 80]);
    expect(elements).toEqual(copy);
  });

  it("gives every tensor its own elements while many come and go", () => {
    const random = new RandomCase("many tensors", 0);
    const live: { readonly tensor: tf.Tensor; readonly value: number }[] = [];
    for (let step = 0; step < 600; step++) {
      if (live.length < 30 || random.chance(0.5)) {
        const value = random.between(-1000, 1000);
        const shape = [random.extent(), random.oneOf([1, 7, 64, 3000])];
        live.push({ tensor: tf.tidy(() => tf.add(tf.zeros(shape), value)), value });
      } else {
        const [{ tensor, value }] = live.splice(random.between(0, live.length - 1), 1) as [(typeof live)[number]];
        expect(tensor.dataSync().every((element) => element === value)).toBe(true);
        tensor.dispose();
      }
    }
    for (const { tensor, value } of live) {
      expect(tensor.dataSync().every((element) => element === value)).toBe(true);
      tensor.dispose();
    }
  });
});

describe("a cap on the memory of the native engine", () => {
  afterEach(() => {
    memory().capBytes = 0;
  });

  it("refuses what exceeds it by type, keeps other tensors, and works again after some were freed", () => {
    const before = inUse();
    const kept = nativeTensor([256, 1024]);
    const values = kept.dataSync();
    const held = [1, 2].map((seed) => nativeTensor([256, 1024], seed));
    const full = inUse();
    memory().capBytes = full + MIB / 2;
    expect(() => tf.tidy(() => tf.add(kept, 1))).toThrow(OutOfMemoryError);
    expect(() => tf.tidy(() => tf.concat([kept, kept]))).toThrow(OutOfMemoryError);
    expect(() => tf.tidy(() => tf.matMul(kept, kept, true))).toThrow(OutOfMemoryError);
    const attrs = { weightShape: [8, 1, 1, 1], withBias: true, activation: "linear", strides: [1, 1] };
    const geometry = { padBegin: [0, 0], padEnd: [0, 0], dilations: [1, 1], groups: 1, outputSize: [256, 1024] };
    const image = tf.reshape(kept, [1, 1, 256, 1024]);
    const weight = tf.ones([8, 1, 1, 1]);
    expect(() =>
      tf.tidy(() => tf.engine().runKernel(CONVOLUTION, { x: image, weight }, { ...attrs, ...geometry } as never)),
    ).toThrow(OutOfMemoryError);
    tf.dispose([image, weight]);
    // Nothing of what failed is left behind.
    expect(inUse()).toBeLessThanOrEqual(full + 128);
    expect(kept.dataSync()).toEqual(values);
    tf.dispose(held);
    const more = tf.tidy(() => tf.add(kept, 1));
    expect(more.dataSync()[5]).toBe(Math.fround(values[5]! + 1));
    tf.dispose([more, kept]);
    expect(inUse()).toBeLessThanOrEqual(before + 128);
  });

  it("says how much was wanted, and under which cap", () => {
    memory().capBytes = inUse() + MIB;
    const error = (() => {
      try {
        return tf.tidy(() => tf.add(tf.fill([2 ** 20], 1), 1));
      } catch (reason) {
        return reason;
      }
    })();
    expect(error).toBeInstanceOf(OutOfMemoryError);
    expect(error).toMatchObject({ sizeBytes: 4 * MIB });
    expect((error as Error).message).toContain(`under a cap of`);
  });
});

import { CONVOLUTION, CONVOLUTION_WEIGHT_GRADIENT, DENSE, POOL_GRADIENT, SOFTMAX_CROSS_ENTROPY } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, describe, expect, it } from "vitest";
import { HeapBackend } from "../src/wasm/heap-backend.ts";
import { OutOfMemoryError } from "../src/out-of-memory.ts";
import { randomDense, randomSource } from "./reference.ts";
import { runKernel, runSingle } from "./run-kernel.ts";

const MIB = 2 ** 20;
const geometry = { strides: [1, 1], padBegin: [0, 0], padEnd: [0, 0], dilations: [1, 1], groups: 1 };
let backend: HeapBackend;

beforeEach(() => {
  const active = tf.backend();
  if (!(active instanceof HeapBackend)) throw new Error("expected the WebAssembly engine");
  backend = active;
});

function heapBytes(): number {
  return backend.floats(0, 0).buffer.byteLength;
}

const random = randomSource(51);
const x = randomDense([4, 8, 40, 40], random);
const weight = randomDense([16, 8, 5, 5], random);
const dy = randomDense([4, 16, 36, 36], random);
const pooled = randomDense([4, 8, 20, 20], random);
const rows = randomDense([9, 700], random);
const units = randomDense([50, 700], random);
const logits = randomDense([3, 5], random);
const pool = { kind: "max", kernel: [2, 2], strides: [2, 2], padBegin: [0, 0], padEnd: [0, 0], countIncludePad: true };

/** Allocates more than 3 MiB on the way. */
function runSome(): void {
  runSingle(CONVOLUTION, { x, weight }, { ...geometry, activation: "tanh" });
  runSingle(
    CONVOLUTION_WEIGHT_GRADIENT,
    { x, dy },
    { ...geometry, activation: "linear", withBias: false, weightShape: weight.shape },
  );
  runSingle(DENSE, { x: rows, weight: units }, { activation: "relu" });
  runSingle(POOL_GRADIENT, { x, dy: pooled }, { ...pool, outputSize: [20, 20] });
  const labels = tf.tensor1d([0, 1, 2], "int32");
  runKernel(SOFTMAX_CROSS_ENTROPY, { logits, labels });
  labels.dispose();
}

describe("the heap", () => {
  it("does not grow and holds no tensor more after many kernels", { timeout: 60_000 }, () => {
    for (let i = 0; i < 3; i++) runSome();
    const before = { heap: heapBytes(), tensors: tf.memory().numTensors, data: backend.numDataIds() };
    // The memory has less than 64 MiB of room: were the rounds' tensors kept, it would grow.
    for (let i = 0; i < 40; i++) runSome();
    expect({ heap: heapBytes(), tensors: tf.memory().numTensors, data: backend.numDataIds() }).toEqual(before);
  });

  it("keeps working memory for the next kernel, but not a large one", () => {
    runSome();
    expect(backend.scratch.sizeBytes).toBeGreaterThan(0);
    expect(backend.scratch.sizeBytes).toBeLessThanOrEqual(64 * MIB);
    backend.scratch.lend([80 * MIB], () => expect(backend.scratch.sizeBytes).toBeGreaterThanOrEqual(80 * MIB));
    expect(backend.scratch.sizeBytes).toBe(0);
  });

  it("lends blocks that are aligned and do not overlap, and refuses a second loan", () => {
    backend.scratch.lend([100, 0, 65], (a, b, c) => {
      expect([a % 64, b - a, c - b]).toEqual([0, 128, 0]);
      expect(() => backend.scratch.lend([1], () => 0)).toThrow("nested loan");
    });
  });

  it("works on when the memory grows under tensors that are alive", () => {
    const x = tf.tensor1d([1, 2, 3]);
    const before = heapBytes();
    const large = backend.output([Math.ceil((before + 32 * MIB) / 4)]);
    expect(heapBytes()).toBeGreaterThan(before);
    expect(Array.from(tf.tidy(() => tf.tanh(x)).dataSync())).toEqual(
      [1, 2, 3].map((v) => expect.closeTo(Math.tanh(v), 6)),
    );
    backend.disposeData(large.dataId);
    x.dispose();
  });

  it("refuses a tensor that does not fit, says so by type, and goes on", () => {
    const held: tf.TensorInfo[] = [];
    let error: unknown;
    try {
      for (let i = 0; i < 9; i++) held.push(backend.output([2 ** 27]));
    } catch (reason) {
      error = reason;
    }
    for (const { dataId } of held) backend.disposeData(dataId);
    expect(error).toBeInstanceOf(OutOfMemoryError);
    expect(error).toMatchObject({ sizeBytes: 2 ** 29 });
    runSome();
  });
});

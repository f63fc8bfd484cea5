import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { QuietCpuBackend } from "../src/js/quiet-cpu-backend.ts";
import { errorOverBound, indices, randomDense, randomSource, ravel, sumProducts, type Dense } from "./reference.ts";
import { runSingle, toTensor } from "./run-kernel.ts";

/** The same kernel on tfjs's JavaScript, as the reference. */
function onJavaScript(name: string, inputs: Record<string, Dense>, attrs: object): Float32Array {
  const kernel = tf.getKernel(name, "cpu");
  const host = new QuietCpuBackend();
  const tensors = Object.entries(inputs).map(([key, { shape, data }]) => {
    const dataId = host.write(Float32Array.from(data), [...shape], "float32");
    const tensor: tf.TensorInfo = { dataId, shape: [...shape], dtype: "float32" };
    return [key, tensor] as const;
  });
  const output = kernel.kernelFunc({
    inputs: Object.fromEntries(tensors),
    backend: host,
    attrs: attrs as tf.NamedAttrMap,
  });
  if (Array.isArray(output)) throw new Error(`${name}: expected one output`);
  return host.readSync(output.dataId) as Float32Array;
}

function expectAgreement(name: string, inputs: Record<string, Dense>, attrs: object): void {
  const expected = onJavaScript(name, inputs, attrs);
  const actual = runSingle(name, inputs, attrs).data;
  const largest = expected.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
  expect(actual.length).toBe(expected.length);
  const worst = actual.reduce((top, value, i) => Math.max(top, Math.abs(value - expected[i]!)), 0);
  // Both sum some hundred products of numbers below 1 in float32.
  expect(worst / largest).toBeLessThan(2e-6);
}

/** Kernels that tfjs's WebAssembly lacks and we wrote; what else it lacks runs in JavaScript. */
const WRITTEN = [
  "Complex",
  "Conv2DBackpropFilter",
  "DepthwiseConv2dNativeBackpropFilter",
  "DepthwiseConv2dNativeBackpropInput",
  "Imag",
  "Real",
  "UnsortedSegmentSum",
];

describe("matMul", () => {
  it.each([
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ])("with transposeA %s and transposeB %s, of batches that broadcast", (transposeA, transposeB) => {
    const random = randomSource(61);
    const [m, k, n] = [7, 530, 10] as const;
    const a = randomDense([2, 1, ...(transposeA ? [k, m] : [m, k])], random);
    const b = randomDense([3, ...(transposeB ? [n, k] : [k, n])], random);
    const product = sumProducts([2, 3, m, n], a, b, (add) => {
      let y = 0;
      for (const [p = 0, q = 0, i = 0, j = 0] of indices([2, 3, m, n])) {
        for (let l = 0; l < k; l++) {
          add(
            ravel([p, 0, ...(transposeA ? [l, i] : [i, l])], a.shape),
            ravel([q, ...(transposeB ? [j, l] : [l, j])], b.shape),
            y,
          );
        }
        y++;
      }
    });
    const y = runSingle("BatchMatMul", { a, b }, { transposeA, transposeB });
    expect(y.shape).toEqual([2, 3, m, n]);
    expect(errorOverBound(y.data, product)).toBeLessThanOrEqual(1);
  });
});

describe("tfjs's convolution kernels", () => {
  const formats = ["NHWC", "NCHW"] as const;
  it.each(formats)("agree with JavaScript in %s for strides, padding and dilation", (dataFormat) => {
    const random = randomSource(62);
    const image = (c: number, h: number, w: number): number[] => (dataFormat === "NHWC" ? [2, h, w, c] : [2, c, h, w]);
    const x = randomDense(image(5, 11, 9), random);
    const filter = randomDense([3, 2, 5, 7], random);
    for (const [strides, pad, h, w] of [
      [1, "valid", 9, 8],
      [[2, 3], "same", 6, 3],
      [
        2,
        [
          [0, 0],
          [1, 2],
          [2, 1],
          [0, 0],
        ],
        6,
        6,
      ],
    ] as const) {
      // tfjs reads explicit padding in the order of the layout.
      const padding = typeof pad === "string" || dataFormat === "NHWC" ? pad : [pad[0], pad[3], pad[1], pad[2]];
      const attrs = { strides, pad: padding, dataFormat, dilations: 1 };
      const dy = randomDense(image(7, h, w), random);
      expectAgreement("Conv2D", { x, filter }, attrs);
      expectAgreement("Conv2DBackpropFilter", { x, dy }, { ...attrs, filterShape: filter.shape });
      expectAgreement("Conv2DBackpropInput", { dy, filter }, { ...attrs, inputShape: x.shape });
    }
    expectAgreement("Conv2D", { x, filter }, { strides: 1, pad: "valid", dataFormat, dilations: [2, 3] });
  });

  it("agree with JavaScript for padding same where the kernel is smaller than the stride", () => {
    const random = randomSource(64);
    const x = randomDense([1, 12, 11, 4], random);
    const attrs = { strides: [3, 2], pad: "same", dilations: 1, dataFormat: "NHWC", activation: "relu" };
    const filter = randomDense([2, 1, 4, 3], random);
    const bias = randomDense([3], random);
    for (const name of ["Conv2D", "FusedConv2D"]) expectAgreement(name, { x, filter, bias }, attrs);
    const wide = randomDense([12], random);
    for (const name of ["DepthwiseConv2dNative", "FusedDepthwiseConv2D"]) {
      expectAgreement(name, { x, filter, bias: wide }, attrs);
    }
  });

  it("agree with JavaScript for the gradients of depthwise convolution", () => {
    const random = randomSource(63);
    const x = randomDense([2, 9, 8, 4], random);
    const filter = randomDense([3, 3, 4, 2], random);
    const dy = randomDense([2, 5, 4, 8], random);
    const attrs = { strides: 2, pad: "same", dilations: 1 };
    const filterShape = filter.shape;
    expectAgreement("DepthwiseConv2dNativeBackpropFilter", { x, dy }, { ...attrs, filterShape });
    expectAgreement("DepthwiseConv2dNativeBackpropInput", { dy, filter }, { ...attrs, inputShape: x.shape });
  });
});

describe("other kernels of tfjs", () => {
  it("are all there; these are what tfjs's WebAssembly lacks", () => {
    const names = (backend: string): string[] => tf.getKernelsForBackend(backend).map(({ kernelName }) => kernelName);
    const ours = new Set(names("camada-wasm"));
    const stock = new Set(names("wasm"));
    expect(names("cpu").filter((name) => !ours.has(name))).toEqual([]);
    const lacking = names("cpu").filter((name) => !stock.has(name));
    const onHost = lacking.filter((name) => !WRITTEN.includes(name)).toSorted();
    expect(lacking).toEqual(expect.arrayContaining(WRITTEN));
    expect(onHost).toEqual([
      "ComplexAbs",
      "Draw",
      "Einsum",
      "FFT",
      "IFFT",
      "RaggedGather",
      "RaggedRange",
      "RaggedTensorToTensor",
      "StaticRegexReplace",
    ]);
  });

  it("slice copies what lies inside, for every axis that is cut", () => {
    const x = { shape: [3, 4, 2, 5], data: Float64Array.from({ length: 120 }, (_, i) => i) };
    for (const [begin, size] of [
      [
        [1, 0, 0, 0],
        [2, 4, 2, 5],
      ],
      [
        [0, 1, 0, 0],
        [3, 2, 2, 5],
      ],
      [
        [1, 1, 1, 2],
        [2, 3, 1, 3],
      ],
      [
        [0, 0, 0, 0],
        [3, 4, 2, 5],
      ],
      [
        [2, 3, 0, 4],
        [1, 1, 2, 1],
      ],
      [
        [0, 0, 0, 0],
        [3, 0, 2, 5],
      ],
    ] as const) {
      const expected = [...indices(size)].map((index) =>
        ravel(
          index.map((at, axis) => at + begin[axis]!),
          x.shape,
        ),
      );
      expect(Array.from(runSingle("Slice", { x }, { begin, size }).data)).toEqual(expected);
    }
    const outside = (): unknown => runSingle("Slice", { x }, { begin: [2, 0, 0, 0], size: [2, 4, 2, 5] });
    expect(outside).toThrow("begin");
  });

  it("clone shares its data and survives the original", () => {
    const x = tf.tensor1d([1, 2]);
    const y = tf.clone(x);
    expect(y.dataId).toBe(x.dataId);
    x.dispose();
    expect(Array.from(y.dataSync())).toEqual([1, 2]);
    y.dispose();
  });

  it("clip keeps NaN in vectors and tails", () => {
    const x = { shape: [6], data: Float64Array.of(-5, NaN, 0.5, 7, NaN, 9) };
    const attrs = { clipValueMin: -1, clipValueMax: 1 };
    expect(runSingle("ClipByValue", { x }, attrs).data).toEqual(Float32Array.of(-1, NaN, 0.5, 1, NaN, 1));
  });

  it("complex tensors keep their parts through kernels of either side, and leave nothing behind", () => {
    const before = { tensors: tf.memory().numTensors, data: tf.engine().backend.numDataIds() };
    const values = tf.tidy(() => {
      const z = tf.complex(tf.tensor1d([1, 2]), tf.tensor1d([3, 4]));
      const sum = tf.add(tf.reshape(z, [2, 1]), z);
      return { shape: sum.shape, all: sum.dataSync(), imag: tf.imag(sum).dataSync() };
    });
    expect(values.shape).toEqual([2, 2]);
    expect(Array.from(values.all)).toEqual([2, 6, 3, 7, 3, 7, 4, 8]);
    expect(Array.from(values.imag)).toEqual([6, 7, 7, 8]);
    expect({ tensors: tf.memory().numTensors, data: tf.engine().backend.numDataIds() }).toEqual(before);
  });

  it("segment sums drop ids outside the range", () => {
    const x = toTensor({ shape: [4, 2], data: Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8) });
    const ids = tf.tensor1d([1, 0, 1, 5], "int32");
    const sums = tf.tidy(() => tf.unsortedSegmentSum(x, ids, 3).arraySync());
    expect(sums).toEqual([
      [3, 4],
      [6, 8],
      [0, 0],
    ]);
    tf.dispose([x, ids]);
  });
});

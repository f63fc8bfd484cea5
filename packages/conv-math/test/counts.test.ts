import { describe, expect, it } from "vitest";
import {
  convolutionWeightShape,
  layerCost,
  type LayerDescription,
  networkCost,
  referenceTransposedConvolution,
} from "../src/index.ts";
import { visitProducts } from "../src/products.ts";
import { expectShapeError } from "./expect-shape-error.ts";

const lesson: LayerDescription[] = [
  { kind: "convolution", channels: 6, kernelSize: 5 },
  { kind: "convolution", channels: 16, kernelSize: 5 },
  { kind: "convolution", channels: 120, kernelSize: 5 },
  { kind: "flatten" },
  { kind: "dense", units: 84 },
  { kind: "dense", units: 10 },
];

describe("networkCost", () => {
  it("counts the lesson's LeNet without pooling", () => {
    const cost = networkCost([1, 1, 32, 32], lesson);
    expect(cost.layers.map(({ outputShape }) => outputShape)).toEqual([
      [1, 6, 28, 28],
      [1, 16, 24, 24],
      [1, 120, 20, 20],
      [1, 48000],
      [1, 84],
      [1, 10],
    ]);
    expect(cost.layers.map(({ parameters }) => parameters)).toEqual([156, 2416, 48120, 0, 4032084, 850]);
    expect(cost.layers.map(({ weightShape }) => weightShape)).toEqual([
      [6, 1, 5, 5],
      [16, 6, 5, 5],
      [120, 16, 5, 5],
      undefined,
      [84, 48000],
      [10, 84],
    ]);
    expect(cost.layers.map(({ multiplyAdds }) => multiplyAdds)).toEqual([117600, 1382400, 19200000, 0, 4032000, 840]);
    expect(cost.parameters).toBe(4083626);
    expect(cost.multiplyAdds).toBe(24732840);
    const outputs = 6 * 28 * 28 + 16 * 24 * 24 + 120 * 20 * 20 + 84 + 10;
    expect(cost.flops).toBe(2 * 24732840 + outputs);
    expect(cost.parameterBytes).toBe(4 * 4083626);
    expect(cost.activationBytes).toBe(4 * outputs);
    expect(cost.outputShape).toEqual([1, 10]);
  });

  it("multiplies work and activations by the batch, not the parameters", () => {
    const one = networkCost([1, 1, 32, 32], lesson, { bytesPerElement: 2 });
    const batch = networkCost([128, 1, 32, 32], lesson, { bytesPerElement: 2 });
    expect(batch.parameters).toBe(one.parameters);
    expect(one.parameterBytes).toBe(2 * 4083626);
    expect([batch.multiplyAdds, batch.flops, batch.activationBytes]).toEqual([
      128 * one.multiplyAdds,
      128 * one.flops,
      128 * one.activationBytes,
    ]);
  });

  it("counts 61,706 parameters in LeNet-5 with pooling", () => {
    const pool = { kind: "avgPool", poolSize: 2 } as const;
    const [first, second, third, ...dense] = lesson;
    const cost = networkCost([1, 1, 32, 32], [first!, pool, second!, pool, third!, ...dense]);
    expect(cost.parameters).toBe(61706);
    expect(cost.layers[1]).toMatchObject({ parameters: 0, multiplyAdds: 0, flops: 5 * 6 * 14 * 14 });
  });

  it("refuses a layer that does not fit, naming its kind", () => {
    const tooDeep: LayerDescription[] = [...lesson.slice(0, 1), { kind: "maxPool", poolSize: 29 }];
    expectShapeError(
      () => networkCost([1, 1, 32, 32], tooDeep),
      "maxPool",
      "a kernel of at most 28 on axis 2, the padded input",
      "29",
      "input 28, padding 0 before and 0 after",
    );
  });
});

describe("layerCost", () => {
  it("counts as many multiply-adds as the loops make products", () => {
    for (const groups of [1, 2]) {
      for (const padding of [0, 1]) {
        const options = { channels: 4, kernelSize: [3, 2], strides: [2, 1], padding, groups };
        let products = 0;
        const weightShape = convolutionWeightShape(2, options, 2);
        visitProducts([2, 2, 5, 6], weightShape, options, () => products++);
        const cost = layerCost([2, 2, 5, 6], { kind: "convolution", ...options });
        expect(cost.multiplyAdds).toBe(products);
        expect(cost.parameters).toBe((4 * 2 * 6) / groups + 4);
      }
    }
  });

  it("uses a transposed weight once per input position", () => {
    const layer = { kind: "transposedConvolution", channels: 6, kernelSize: 3, strides: 2, groups: 2 } as const;
    const cost = layerCost([2, 4, 5, 5], layer);
    expect(cost.weightShape).toEqual([4, 3, 3, 3]);
    expect(cost.outputShape).toEqual([2, 6, 11, 11]);
    expect(cost.parameters).toBe(4 * 3 * 9 + 6);
    expect(cost.multiplyAdds).toBe(2 * 25 * 4 * 3 * 9);
    // with ones everywhere the result sums to one per multiply-add
    const ones = (shape: readonly number[]) => ({
      shape,
      data: new Float64Array(shape.reduce((a, b) => a * b, 1)).fill(1),
    });
    const y = referenceTransposedConvolution(ones([2, 4, 5, 5]), ones(cost.weightShape!), { strides: 2, groups: 2 });
    expect(y.data.reduce((sum, value) => sum + value, 0)).toBe(cost.multiplyAdds);
  });

  it("leaves the bias out when told", () => {
    const layer = { kind: "convolution", channels: 8, kernelSize: 3, useBias: false } as const;
    const cost = layerCost([1, 3, 10, 10], layer);
    expect([cost.parameters, cost.multiplyAdds, cost.flops]).toEqual([216, 216 * 64, 2 * 216 * 64]);
    expect(layerCost([2, 5], { kind: "dense", units: 3, useBias: false }).flops).toBe(2 * 30);
    expect(layerCost([2, 5], { kind: "dense", units: 3 }).flops).toBe(2 * 30 + 6);
  });

  it("compares a dense layer with a 5x5 convolution on one picture", () => {
    const dense = layerCost([1, 3, 224, 224], { kind: "dense", units: 100 });
    const convolution = layerCost([1, 3, 224, 224], { kind: "convolution", channels: 100, kernelSize: 5 });
    expect([dense.parameters, convolution.parameters]).toEqual([15052900, 7600]);
  });

  it("pools in any number of axes", () => {
    expect(layerCost([1, 2, 8], { kind: "maxPool", poolSize: 2 })).toMatchObject({ flops: 2 * 8, activationBytes: 32 });
    expect(layerCost([1, 2, 4, 4, 6], { kind: "maxPool", poolSize: [1, 2, 3] }).flops).toBe(6 * 2 * 4 * 2 * 2);
    const max = layerCost([2, 3, 4, 5], { kind: "globalMaxPool" });
    expect([max.outputShape, max.flops]).toEqual([[2, 3, 1, 1], 6 * 20]);
    expect(layerCost([2, 3, 4, 5], { kind: "globalAvgPool" }).flops).toBe(6 * 21);
  });

  it("refuses what is no layer or no input", () => {
    expectShapeError(
      () => layerCost([1, 1, 8, 8], { kind: "lstm" } as unknown as LayerDescription),
      "layerCost",
      "a known kind of layer",
      '"lstm"',
    );
    expectShapeError(
      () => layerCost([5], { kind: "dense", units: 3 }),
      "dense",
      "the input to be [n, ...] of rank 2 or more, all at least 1",
      "[5]",
    );
    expectShapeError(
      () => layerCost([5, 5], { kind: "dense", units: 0 }),
      "dense",
      "units to be an integer of at least 1",
      "0",
    );
    expectShapeError(
      () => layerCost([1, 4, 8, 8], { kind: "convolution", channels: 6, kernelSize: 3, groups: 4 }),
      "convolution",
      "groups to divide the 6 output channels",
      "4",
    );
  });
});

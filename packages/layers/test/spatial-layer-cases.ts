import { convolutionShape, poolShape, transposedConvolutionShape } from "@camada/conv-math";
import type { RandomTensorOptions } from "@camada/test-kit";
import * as layers from "../src/index.ts";
import type { LayerCase } from "./layer-case.ts";

/** Global pooling of a small batch. */
function globalPooling(make: () => layers.AnyBlock, spatial: readonly number[]): LayerCase {
  const outputShape = [2, 2, ...spatial.map(() => 1)];
  return { make, inputShape: [2, 2, ...spatial], outputShape, input: { distinct: true, low: -4, high: 4 } };
}

const distinct: RandomTensorOptions = { distinct: true, low: -5, high: 5 };

/** Cases of convolutions, pooling and padding; `layer-cases.ts` sees to it that none is missing. */
export const spatialCases = {
  AvgPool1D: [
    {
      make: () => new layers.AvgPool1D({ padding: 1 }),
      inputShape: [2, 2, 5],
      outputShape: poolShape([2, 2, 5], { poolSize: 2, padding: 1 }),
    },
  ],
  AvgPool2D: [
    {
      make: () => new layers.AvgPool2D({ countIncludePad: false }),
      inputShape: [1, 2, 4, 5],
      outputShape: poolShape([1, 2, 4, 5], { poolSize: 2 }),
    },
    {
      make: () =>
        new layers.AvgPool2D({ poolSize: 3, strides: [2, 1], padding: 1, countIncludePad: false, ceilMode: true }),
      inputShape: [1, 2, 4, 3],
      outputShape: poolShape([1, 2, 4, 3], { poolSize: 3, strides: [2, 1], padding: 1, ceilMode: true }),
      printed: "AvgPool2D(size=(3, 3), stride=(2, 1), padding=(1, 1), ceil_mode=True)",
    },
  ],
  AvgPool3D: [
    {
      make: () => new layers.AvgPool3D({ poolSize: 3 }),
      inputShape: [1, 1, 3, 3, 4],
      outputShape: poolShape([1, 1, 3, 3, 4], { poolSize: 3 }),
    },
  ],
  Conv1D: [
    {
      make: () => new layers.Conv1D(3, { kernelSize: 2 }),
      inputShape: [2, 2, 5],
      outputShape: convolutionShape([2, 2, 5], [3, 2, 2]),
      printedAfter: "Conv1D(2 -> 3, kernel_size=(2,), stride=(1,))",
      parameters: { weight: [3, 2, 2], bias: [3] },
    },
  ],
  Conv1DTranspose: [
    {
      make: () => new layers.Conv1DTranspose(4, { kernelSize: 3 }),
      inputShape: [1, 2, 4],
      outputShape: transposedConvolutionShape([1, 2, 4], [2, 4, 3]),
      printedAfter: "Conv1DTranspose(4 -> 2, kernel_size=(3,), stride=(1,))",
      parameters: { weight: [2, 4, 3], bias: [4] },
    },
  ],
  Conv2D: [
    {
      make: () =>
        new layers.Conv2D(4, {
          kernelSize: [3, 2],
          strides: [2, 1],
          padding: [1, 0],
          dilation: [2, 1],
          groups: 2,
          activation: "tanh",
          useBias: false,
        }),
      inputShape: [1, 4, 6, 4],
      outputShape: convolutionShape([1, 4, 6, 4], [4, 2, 3, 2], {
        strides: [2, 1],
        padding: [1, 0],
        dilation: [2, 1],
        groups: 2,
      }),
      printedAfter:
        "Conv2D(2 -> 4, kernel_size=(3, 2), stride=(2, 1), padding=(1, 0), dilation=(2, 1), groups=2, bias=False, Activation(tanh))",
      parameters: { weight: [4, 2, 3, 2] },
    },
    {
      make: () => new layers.Conv2D(2, { kernelSize: 2, inChannels: 3, biasInitializer: "ones" }),
      inputShape: [2, 3, 3, 2],
      outputShape: convolutionShape([2, 3, 3, 2], [2, 3, 2, 2]),
      printed: "Conv2D(3 -> 2, kernel_size=(2, 2), stride=(1, 1))",
      parameters: { weight: [2, 3, 2, 2], bias: [2] },
    },
  ],
  Conv2DTranspose: [
    {
      make: () => new layers.Conv2DTranspose(4, { kernelSize: 3, strides: 2, outputPadding: 1 }),
      inputShape: [1, 2, 2, 3],
      outputShape: transposedConvolutionShape([1, 2, 2, 3], [2, 4, 3, 3], { strides: 2, outputPadding: 1 }),
      printedAfter: "Conv2DTranspose(4 -> 2, kernel_size=(3, 3), stride=(2, 2))",
      parameters: { weight: [2, 4, 3, 3], bias: [4] },
    },
  ],
  Conv3D: [
    {
      make: () => new layers.Conv3D(3, { kernelSize: 2, padding: 1, groups: 3 }),
      inputShape: [1, 3, 2, 2, 2],
      outputShape: convolutionShape([1, 3, 2, 2, 2], [3, 1, 2, 2, 2], { padding: 1, groups: 3 }),
      printedAfter: "Conv3D(1 -> 3, kernel_size=(2, 2, 2), stride=(1, 1, 1), padding=(1, 1, 1), groups=3)",
      parameters: { weight: [3, 1, 2, 2, 2], bias: [3] },
    },
  ],
  Conv3DTranspose: [
    {
      make: () => new layers.Conv3DTranspose(4, { kernelSize: 2, useBias: false, activation: "tanh" }),
      inputShape: [1, 2, 2, 2, 1],
      outputShape: transposedConvolutionShape([1, 2, 2, 2, 1], [2, 4, 2, 2, 2]),
      printedAfter: "Conv3DTranspose(4 -> 2, kernel_size=(2, 2, 2), stride=(1, 1, 1), bias=False, Activation(tanh))",
      parameters: { weight: [2, 4, 2, 2, 2] },
    },
  ],
  GlobalAvgPool1D: [globalPooling(() => new layers.GlobalAvgPool1D(), [4])],
  GlobalAvgPool2D: [globalPooling(() => new layers.GlobalAvgPool2D(), [2, 3])],
  GlobalAvgPool3D: [globalPooling(() => new layers.GlobalAvgPool3D(), [2, 1, 3])],
  GlobalMaxPool1D: [globalPooling(() => new layers.GlobalMaxPool1D(), [4])],
  GlobalMaxPool2D: [globalPooling(() => new layers.GlobalMaxPool2D(), [2, 3])],
  GlobalMaxPool3D: [globalPooling(() => new layers.GlobalMaxPool3D(), [2, 1, 3])],
  MaxPool1D: [
    {
      make: () => new layers.MaxPool1D(),
      inputShape: [2, 2, 6],
      outputShape: poolShape([2, 2, 6], { poolSize: 2 }),
      input: distinct,
    },
  ],
  MaxPool2D: [
    {
      make: () => new layers.MaxPool2D({ poolSize: [3, 2], strides: 2, padding: 1 }),
      inputShape: [1, 2, 5, 5],
      outputShape: poolShape([1, 2, 5, 5], { poolSize: [3, 2], strides: 2, padding: 1 }),
      input: distinct,
    },
  ],
  MaxPool3D: [
    {
      make: () => new layers.MaxPool3D({ ceilMode: true }),
      inputShape: [1, 1, 3, 4, 3],
      outputShape: poolShape([1, 1, 3, 4, 3], { poolSize: 2, ceilMode: true }),
      input: distinct,
    },
  ],
  ReflectionPad2D: [
    { make: () => new layers.ReflectionPad2D(1), inputShape: [1, 2, 3, 2], outputShape: [1, 2, 5, 4] },
    {
      make: () => new layers.ReflectionPad2D([0, 0, 0, 0, 2, 0, 0, 1]),
      inputShape: [1, 2, 3, 2],
      outputShape: [1, 2, 5, 3],
    },
  ],
} satisfies Record<string, readonly LayerCase[]>;

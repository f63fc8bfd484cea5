import { convolutionShape, poolShape, transposedConvolutionShape } from "@camada/conv-math";
import type { RandomTensorOptions } from "@camada/test-kit";
import type * as api from "../src/index.ts";
import * as layers from "../src/index.ts";

type Shape = readonly number[];

/** What every layer is checked with. */
export interface LayerCase {
  readonly make: () => layers.AnyBlock;
  readonly inputShape: Shape;
  /** Shape of the output, from conv-math where it applies. */
  readonly outputShape: Shape;
  /** Printed form before the first forward pass; that of MXNet where left out. */
  readonly printed?: string;
  /** Printed form after it; as before where left out. */
  readonly printedAfter?: string;
  /** Shapes of all parameters after the first forward pass, by structural name. */
  readonly parameters?: Readonly<Record<string, Shape>>;
  /** Whether it is run as in training. */
  readonly isTraining?: boolean;
  /** How inputs are drawn, to stay away from kinks. */
  readonly input?: RandomTensorOptions;
}

type Exports = typeof api;

/** Every exported layer and container. A layer without a case does not compile. */
export type LayerName = {
  [Name in keyof Exports]: Exports[Name] extends new (...args: never) => infer Instance
    ? Instance extends { readonly batchAxis: number }
      ? never
      : Instance extends layers.AnyBlock
        ? Name
        : never
    : never;
}[keyof Exports];

/** A function of single elements, checked on a few. */
function elementwise(make: () => layers.AnyBlock): LayerCase {
  return { make, inputShape: [2, 3, 2], outputShape: [2, 3, 2] };
}

/** Global pooling of a small batch. */
function globalPooling(make: () => layers.AnyBlock, spatial: Shape): LayerCase {
  const outputShape = [2, 2, ...spatial.map(() => 1)];
  return { make, inputShape: [2, 2, ...spatial], outputShape, input: { distinct: true, low: -4, high: 4 } };
}

function contents(): layers.AnyBlock[] {
  return [
    new layers.Conv2D(2, { kernelSize: 2 }),
    new layers.BatchNorm({ useGlobalStats: true }),
    new layers.Activation("tanh"),
    new layers.Flatten(),
    new layers.Dense(2),
  ];
}

function container<C extends layers.Sequential>(net: C): C {
  net.add(...contents());
  return net;
}

const containerParameters = {
  "0.weight": [2, 1, 2, 2],
  "0.bias": [2],
  "1.gamma": [2],
  "1.beta": [2],
  "1.running_mean": [2],
  "1.running_var": [2],
  "4.weight": [2, 12],
  "4.bias": [2],
};

const printedContents = (channels: string, inUnits: string, statistics: string): string => `(
  (0): Conv2D(${channels} -> 2, kernel_size=(2, 2), stride=(1, 1))
  (1): BatchNorm(axis=1, eps=1e-05, momentum=0.9, fix_gamma=False, use_global_stats=True, in_channels=${statistics})
  (2): Activation(tanh)
  (3): Flatten
  (4): Dense(${inUnits} -> 2, linear)
)`;

const distinct: RandomTensorOptions = { distinct: true, low: -5, high: 5 };

export const layerCases = {
  Activation: [
    elementwise(() => new layers.Activation("softsign")),
    ...(["relu", "sigmoid", "softrelu", "tanh", "linear"] as const).map((kind) => ({
      ...elementwise(() => new layers.Activation(kind)),
      printed: `Activation(${kind})`,
    })),
  ],
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
  BatchNorm: [
    {
      make: () => new layers.BatchNorm(),
      inputShape: [3, 2, 4],
      outputShape: [3, 2, 4],
      printedAfter:
        "BatchNorm(axis=1, eps=1e-05, momentum=0.9, fix_gamma=False, use_global_stats=False, in_channels=2)",
      parameters: { gamma: [2], beta: [2], running_mean: [2], running_var: [2] },
      isTraining: true,
    },
    {
      make: () => new layers.BatchNorm({ axis: -1, scale: false, center: false, epsilon: 0.5 }),
      inputShape: [2, 2, 3],
      outputShape: [2, 2, 3],
      printed: "BatchNorm(axis=-1, eps=0.5, momentum=0.9, fix_gamma=True, use_global_stats=False, in_channels=None)",
      printedAfter: "BatchNorm(axis=-1, eps=0.5, momentum=0.9, fix_gamma=True, use_global_stats=False, in_channels=3)",
      parameters: { gamma: [3], beta: [3], running_mean: [3], running_var: [3] },
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
  Dense: [
    {
      make: () => new layers.Dense(3),
      inputShape: [2, 2, 2],
      outputShape: [2, 3],
      printedAfter: "Dense(4 -> 3, linear)",
      parameters: { weight: [3, 4], bias: [3] },
    },
    {
      make: () => new layers.Dense(2, { flatten: false, activation: "sigmoid" }),
      inputShape: [2, 2, 3],
      outputShape: [2, 2, 2],
      printed: "Dense(None -> 2, Activation(sigmoid))",
      printedAfter: "Dense(3 -> 2, Activation(sigmoid))",
      parameters: { weight: [2, 3], bias: [2] },
    },
  ],
  Dropout: [
    {
      make: () => new layers.Dropout(0.25, { axes: [1] }),
      inputShape: [4, 2, 3],
      outputShape: [4, 2, 3],
      isTraining: true,
    },
    {
      make: () => new layers.Dropout(0.5),
      inputShape: [2, 3, 2, 2],
      outputShape: [2, 3, 2, 2],
      printed: "Dropout(p = 0.5, axes=())",
      isTraining: true,
    },
    { ...elementwise(() => new layers.Dropout(0.5)), printed: "Dropout(p = 0.5, axes=())" },
  ],
  ELU: [elementwise(() => new layers.ELU())],
  Flatten: [{ make: () => new layers.Flatten(), inputShape: [2, 2, 3], outputShape: [2, 6] }],
  GELU: [elementwise(() => new layers.GELU())],
  GlobalAvgPool1D: [globalPooling(() => new layers.GlobalAvgPool1D(), [4])],
  GlobalAvgPool2D: [globalPooling(() => new layers.GlobalAvgPool2D(), [2, 3])],
  GlobalAvgPool3D: [globalPooling(() => new layers.GlobalAvgPool3D(), [2, 1, 3])],
  GlobalMaxPool1D: [globalPooling(() => new layers.GlobalMaxPool1D(), [4])],
  GlobalMaxPool2D: [globalPooling(() => new layers.GlobalMaxPool2D(), [2, 3])],
  GlobalMaxPool3D: [globalPooling(() => new layers.GlobalMaxPool3D(), [2, 1, 3])],
  GroupNorm: [
    {
      make: () => new layers.GroupNorm({ numGroups: 2 }),
      inputShape: [2, 4, 3],
      outputShape: [2, 4, 3],
      parameters: { gamma: [2], beta: [2] },
    },
  ],
  HybridSequential: [
    {
      make: () => container(new layers.HybridSequential()),
      inputShape: [2, 1, 4, 3],
      outputShape: [2, 2],
      printed: `HybridSequential${printedContents("None", "None", "None")}`,
      printedAfter: `HybridSequential${printedContents("1", "12", "2")}`,
      parameters: containerParameters,
    },
  ],
  InstanceNorm: [
    {
      make: () => new layers.InstanceNorm(),
      inputShape: [2, 2, 4],
      outputShape: [2, 2, 4],
      printedAfter: "InstanceNorm(eps=1e-05, axis=1, center=True, scale=False, in_channels=2)",
      parameters: { gamma: [2], beta: [2] },
    },
  ],
  LayerNorm: [
    {
      make: () => new layers.LayerNorm(),
      inputShape: [3, 4],
      outputShape: [3, 4],
      printedAfter: "LayerNorm(eps=1e-05, axis=-1, center=True, scale=True, in_channels=4)",
      parameters: { gamma: [4], beta: [4] },
    },
  ],
  LeakyReLU: [elementwise(() => new layers.LeakyReLU(0.1))],
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
  PReLU: [{ ...elementwise(() => new layers.PReLU()), parameters: { alpha: [1] } }],
  ReflectionPad2D: [
    { make: () => new layers.ReflectionPad2D(1), inputShape: [1, 2, 3, 2], outputShape: [1, 2, 5, 4] },
    {
      make: () => new layers.ReflectionPad2D([0, 0, 0, 0, 2, 0, 0, 1]),
      inputShape: [1, 2, 3, 2],
      outputShape: [1, 2, 5, 3],
    },
  ],
  SELU: [elementwise(() => new layers.SELU())],
  Sequential: [
    {
      make: () => container(new layers.Sequential()),
      inputShape: [2, 1, 4, 3],
      outputShape: [2, 2],
      printed: `Sequential${printedContents("None", "None", "None")}`,
      printedAfter: `Sequential${printedContents("1", "12", "2")}`,
      parameters: containerParameters,
    },
  ],
  Swish: [elementwise(() => new layers.Swish(1.5))],
} satisfies Record<LayerName, readonly LayerCase[]>;

import * as layers from "../src/index.ts";
import type { LayerCase } from "./layer-case.ts";
import { spatialCases } from "./spatial-layer-cases.ts";

type Exports = typeof layers;

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

export const cases = {
  ...spatialCases,
  Activation: [
    elementwise(() => new layers.Activation("softsign")),
    ...(["relu", "sigmoid", "softrelu", "tanh", "linear"] as const).map((kind) => ({
      ...elementwise(() => new layers.Activation(kind)),
      printed: `Activation(${kind})`,
    })),
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
  PReLU: [{ ...elementwise(() => new layers.PReLU()), parameters: { alpha: [1] } }],
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

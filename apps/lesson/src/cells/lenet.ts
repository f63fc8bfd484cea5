import { type LayerDescription, networkCost } from "@camada/conv-math";
import { type AnyBlock, Conv2D, Dense, Flatten, Sequential } from "@camada/layers";
import * as tf from "@tensorflow/tfjs-core";

/** What the lesson's network takes: one grey picture of 32 × 32. */
export const LENET_INPUT = [1, 1, 32, 32] as const;

/** The lesson's network: LeNet-5 without its subsampling. Its weights are still to be initialized. */
export function lenet(): Sequential {
  const net = new Sequential();
  net.add(
    new Conv2D(6, { kernelSize: 5, activation: "tanh" }),
    new Conv2D(16, { kernelSize: 5, activation: "tanh" }),
    new Conv2D(120, { kernelSize: 5, activation: "tanh" }),
    new Flatten(),
    new Dense(84, { activation: "tanh" }),
    new Dense(10),
  );
  return net;
}

const LAYERS: readonly LayerDescription[] = [
  { kind: "convolution", channels: 6, kernelSize: 5 },
  { kind: "convolution", channels: 16, kernelSize: 5 },
  { kind: "convolution", channels: 120, kernelSize: 5 },
  { kind: "flatten" },
  { kind: "dense", units: 84 },
  { kind: "dense", units: 10 },
];

/** Shapes, parameters and multiply-adds by conv-math's formulas, for one picture. */
export const lenetCost = networkCost(LENET_INPUT, LAYERS);

/** One layer as a running network shows it. */
export interface MeasuredLayer {
  readonly name: string;
  /** Gluon's printed form. */
  readonly printed: string;
  /** `[n, …]` */
  readonly outputShape: readonly number[];
  /** Elements of weight and bias. */
  readonly parameters: number;
}

/** Runs the network on a blank picture and notes what each layer gives. Its weights are zeros, to be quick. */
export function measureLenet(): { readonly printed: string; readonly layers: readonly MeasuredLayer[] } {
  const net = lenet();
  const layers: MeasuredLayer[] = [];
  net.initialize("zeros");
  for (const block of net) {
    block.registerForwardHook((hooked, _inputs, y) => {
      layers.push({
        name: hooked.typeName,
        printed: String(hooked),
        outputShape: [...y.shape],
        parameters: parametersOf(hooked),
      });
    });
  }
  try {
    tf.tidy(() => void net.forward(tf.zeros([...LENET_INPUT])));
    return { printed: String(net), layers };
  } finally {
    net.dispose();
  }
}

/** The network in Gluon's printed form, and its summary table. */
export function lenetText(): { readonly printed: string; readonly summary: string } {
  const net = lenet();
  net.initialize("zeros");
  try {
    // Sizes that depend on the input are known after the first forward pass.
    return tf.tidy(() => {
      net.forward(tf.zeros([...LENET_INPUT]));
      return { printed: String(net), summary: net.summary(tf.zeros([...LENET_INPUT])) };
    });
  } finally {
    net.dispose();
  }
}

/** Number of a block's parameters, those of the blocks inside included. Their shapes must be known. */
export function parametersOf(block: AnyBlock): number {
  return [...block.collectParams().values()].reduce((sum, { shape }) => {
    return sum + shape.reduce((product, size) => product * size, 1);
  }, 0);
}

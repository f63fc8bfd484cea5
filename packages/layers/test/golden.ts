import * as tf from "@tensorflow/tfjs-core";
import type { AnyBlock } from "../src/index.ts";
import * as api from "../src/index.ts";
import type { LayerName } from "./layer-cases.ts";
import type { LossName } from "./loss-cases.ts";

/** Values as `scripts/golden.py` writes them. */
export interface GoldenArray {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** A layer that MXNet ran: forward, then backward from `head`. */
export interface GoldenLayer {
  readonly layer: LayerName;
  readonly args: readonly unknown[];
  readonly train: boolean;
  readonly x: GoldenArray;
  readonly params: Readonly<Record<string, GoldenArray>>;
  readonly y: GoldenArray;
  readonly head: GoldenArray;
  /** Null where MXNet's own gradient is wrong. */
  readonly dx: GoldenArray | null;
  readonly grads: Readonly<Record<string, GoldenArray>>;
  /** Running statistics after the backward pass. */
  readonly after: Readonly<Record<string, GoldenArray>>;
}

/** A loss that MXNet computed, with the gradient of its sum with respect to the first input. */
export interface GoldenLoss {
  readonly loss: LossName;
  readonly options: object;
  readonly inputs: readonly GoldenArray[];
  readonly y: GoldenArray;
  readonly dx?: GoldenArray;
}

/** What `scripts/golden.py` writes. */
export interface Golden {
  readonly layers: readonly GoldenLayer[];
  readonly losses: readonly GoldenLoss[];
  readonly initializers: readonly {
    readonly initializer: string;
    readonly args: readonly unknown[];
    readonly values: GoldenArray;
  }[];
  readonly dropout: readonly { readonly args: readonly unknown[]; readonly y: GoldenArray }[];
  readonly texts: Readonly<Record<string, string>>;
}

/** A float32 tensor of golden values. */
export function tensorOf({ shape, data }: GoldenArray): tf.Tensor {
  return tf.tensor([...data], [...shape], "float32");
}

/** A layer or loss by the name of its class. */
export function construct(name: string, args: readonly unknown[]): AnyBlock {
  const Class = (api as unknown as Record<string, new (...args: readonly unknown[]) => AnyBlock>)[name];
  if (Class === undefined) throw new Error(`${name} is not exported`);
  return new Class(...args);
}

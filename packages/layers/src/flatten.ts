import { sizeOf } from "@camada/conv-math";
import * as tf from "@tensorflow/tfjs-core";
import { HybridBlock } from "./hybrid-block.ts";

/**
 * Makes one row of every sample: `[n, a, b, …]` to `[n, a · b · …]`, row-major, images channel by channel.
 * @see MXNet 1.4.1, `nn.Flatten`.
 */
export class Flatten extends HybridBlock {
  override get typeName(): string {
    return "Flatten";
  }

  protected override compute(x: tf.Tensor): tf.Tensor {
    const [n = 1, ...rest] = x.shape;
    return tf.reshape(x, [n, sizeOf(rest)]);
  }

  /** Gluon's printed form. */
  override toString(): string {
    return "Flatten";
  }
}

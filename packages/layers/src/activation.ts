import { ShapeError } from "@camada/conv-math";
import { activation, activations, type Activation as Kind } from "@camada/tensor";
import type * as tf from "@tensorflow/tfjs-core";
import type { BlockOptions } from "./block.ts";
import { ElementwiseBlock } from "./elementwise-block.ts";

/**
 * Applies `relu`, `sigmoid`, `tanh`, `softrelu` or `softsign` to every element, in any shape.
 * @see {@link activation} for the formulas; MXNet 1.4.1, `nn.Activation`.
 */
export class Activation extends ElementwiseBlock {
  readonly kind: Kind;

  /** @throws {ShapeError} when there is no such activation. */
  constructor(kind: Kind, options?: BlockOptions) {
    super({ ...options, hint: options?.hint ?? kind });
    if (!activations.includes(kind)) {
      throw new ShapeError("Activation", `one of ${activations.join(", ")}`, kind);
    }
    this.kind = kind;
  }

  override get typeName(): string {
    return "Activation";
  }

  protected override apply(x: tf.Tensor): tf.Tensor {
    return activation(x, this.kind);
  }

  /** Gluon's printed form, e.g. `Activation(relu)`. */
  override toString(): string {
    return `Activation(${this.kind})`;
  }
}

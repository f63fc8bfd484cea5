import { ShapeError } from "@camada/conv-math";
import { activation, activations, type Activation as Kind } from "@camada/tensor";
import type { BlockOptions } from "./block.ts";
import { LayoutAwareBlock } from "./layout-aware-block.ts";
import type { PlacedBatch } from "./placed-batch.ts";

/**
 * Applies `relu`, `sigmoid`, `tanh`, `softrelu` or `softsign` to every element, in any shape.
 * @see {@link activation} for the formulas; MXNet 1.4.1, `nn.Activation`.
 */
export class Activation extends LayoutAwareBlock {
  readonly kind: Kind;

  /** @throws {ShapeError} when there is no such activation. */
  constructor(kind: Kind, options?: BlockOptions) {
    super({ hint: kind, ...options });
    if (!activations.includes(kind)) {
      throw new ShapeError("Activation", `one of ${activations.join(", ")}`, String(kind));
    }
    this.kind = kind;
  }

  override get typeName(): string {
    return "Activation";
  }

  protected override computeIn({ x, layout }: PlacedBatch): PlacedBatch {
    return { x: activation(x, this.kind), layout };
  }

  /** Gluon's printed form, e.g. `Activation(relu)`. */
  override toString(): string {
    return `Activation(${this.kind})`;
  }
}

import type * as tf from "@tensorflow/tfjs-core";
import { LayoutAwareBlock } from "./layout-aware-block.ts";
import type { PlacedBatch } from "./placed-batch.ts";

/** A function of single elements: any shape to the same shape, in any layout. */
export abstract class ElementwiseBlock extends LayoutAwareBlock {
  protected abstract apply(x: tf.Tensor): tf.Tensor;

  protected override computeIn({ x, layout }: PlacedBatch): PlacedBatch {
    return { x: this.apply(x), layout };
  }
}

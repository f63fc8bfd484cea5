import * as tf from "@tensorflow/tfjs-core";
import { HybridBlock } from "./hybrid-block.ts";
import { inLayout, publicShape, type PlacedBatch } from "./placed-batch.ts";

/**
 * A block that can run in more than one layout. Spatial layers (convolution, pooling) convert to the backend's own;
 * layers that do not care (activations, normalization) stay in the one they are given.
 */
export abstract class LayoutAwareBlock extends HybridBlock {
  override forwardIn(batch: PlacedBatch): PlacedBatch {
    return tf.tidy(() => {
      this.prepare([publicShape(batch)]);
      const result = this.computeIn(batch);
      this.callHooks(() => [[inLayout(batch, "NCHW")], inLayout(result, "NCHW")]);
      return result;
    });
  }

  protected override compute(x: tf.Tensor): tf.Tensor {
    return inLayout(this.computeIn({ x, layout: "NCHW" }), "NCHW");
  }

  /** The block's formula, in the layout of the batch or in one of its own choice. */
  protected abstract computeIn(batch: PlacedBatch): PlacedBatch;
}

import type * as tf from "@tensorflow/tfjs-core";
import { Block, type BlockInputs } from "./block.ts";

/**
 * A block whose forward pass depends on shapes alone, never on values read back from the device, so that a backend may
 * compile it.
 * @see MXNet 1.4.1, `gluon.HybridBlock`.
 */
export abstract class HybridBlock<Inputs extends BlockInputs = [x: tf.Tensor]> extends Block<Inputs> {
  override get isHybrid(): boolean {
    return true;
  }
}

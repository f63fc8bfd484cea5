import { ShapeError, shapeText } from "@camada/conv-math";
import { pad } from "@camada/tensor";
import type * as tf from "@tensorflow/tfjs-core";
import type { BlockOptions } from "./block.ts";
import { HybridBlock } from "./hybrid-block.ts";
import { requireRank } from "./shape.ts";

/**
 * Surrounds images with their mirror image, the border itself not repeated: `[n, c, h, w]` to
 * `[n, c, top + h + bottom, left + w + right]`.
 * @see {@link pad}; MXNet 1.4.1, `nn.ReflectionPad2D`.
 */
export class ReflectionPad2D extends HybridBlock {
  /** Before and after for each of the four axes, NCHW. */
  readonly padding: readonly number[];

  /**
   * @param padding cells on each side of both spatial axes, or eight numbers: before and after for each of the four axes,
   * zeros for the first two; 0.
   * @throws {ShapeError} for another count of numbers.
   */
  constructor(padding: number | readonly number[] = 0, options?: BlockOptions) {
    super(options);
    this.padding = typeof padding === "number" ? [0, 0, 0, 0, padding, padding, padding, padding] : [...padding];
    if (this.padding.length !== 8) {
      throw new ShapeError("ReflectionPad2D", "one number or eight, two per axis", shapeText(this.padding));
    }
  }

  override get typeName(): string {
    return "ReflectionPad2D";
  }

  protected override compute(x: tf.Tensor): tf.Tensor {
    requireRank("ReflectionPad2D", x.shape, 4);
    return pad(x, this.padding, { mode: "reflect" });
  }
}

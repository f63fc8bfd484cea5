import { globalAvgPool, globalMaxPool, type Layout } from "@camada/tensor";
import type * as tf from "@tensorflow/tfjs-core";
import type { BlockOptions } from "./block.ts";
import { LayoutAwareBlock } from "./layout-aware-block.ts";
import type { PlacedBatch } from "./placed-batch.ts";
import { tupleText } from "./python-text.ts";
import { requireRank } from "./shape.ts";

/** Pooling over all spatial axes at once, in whatever layout the batch has. */
abstract class GlobalPooling extends LayoutAwareBlock {
  readonly #axes: number;

  constructor(axes: number, options: BlockOptions) {
    super({ ...options, hint: options.hint ?? "pool" });
    this.#axes = axes;
  }

  protected abstract pool(x: tf.Tensor, layout: Layout): tf.Tensor;

  protected override computeIn({ x, layout }: PlacedBatch): PlacedBatch {
    requireRank(this.typeName, x.shape, this.#axes + 2);
    return { x: this.pool(x, layout), layout };
  }

  /** Gluon's printed form, which shows a window of 1. */
  override toString(): string {
    const [one, zero] = [1, 0].map((size) => tupleText(Array.from({ length: this.#axes }, () => size)));
    return `${this.typeName}(size=${one}, stride=${one}, padding=${zero}, ceil_mode=True)`;
  }
}

/**
 * Largest element of each channel: `[n, c, w]` to `[n, c, 1]`.
 * @see MXNet 1.4.1, `nn.GlobalMaxPool1D`.
 */
export class GlobalMaxPool1D extends GlobalPooling {
  constructor(options: BlockOptions = {}) {
    super(1, options);
  }

  override get typeName(): string {
    return "GlobalMaxPool1D";
  }

  protected override pool(x: tf.Tensor, layout: Layout): tf.Tensor {
    return globalMaxPool(x, layout);
  }
}

/**
 * Largest element of each channel: `[n, c, h, w]` to `[n, c, 1, 1]`.
 * @see MXNet 1.4.1, `nn.GlobalMaxPool2D`.
 */
export class GlobalMaxPool2D extends GlobalPooling {
  constructor(options: BlockOptions = {}) {
    super(2, options);
  }

  override get typeName(): string {
    return "GlobalMaxPool2D";
  }

  protected override pool(x: tf.Tensor, layout: Layout): tf.Tensor {
    return globalMaxPool(x, layout);
  }
}

/**
 * Largest element of each channel: `[n, c, d, h, w]` to `[n, c, 1, 1, 1]`.
 * @see MXNet 1.4.1, `nn.GlobalMaxPool3D`.
 */
export class GlobalMaxPool3D extends GlobalPooling {
  constructor(options: BlockOptions = {}) {
    super(3, options);
  }

  override get typeName(): string {
    return "GlobalMaxPool3D";
  }

  protected override pool(x: tf.Tensor, layout: Layout): tf.Tensor {
    return globalMaxPool(x, layout);
  }
}

/**
 * Mean of each channel: `[n, c, w]` to `[n, c, 1]`.
 * @see MXNet 1.4.1, `nn.GlobalAvgPool1D`.
 */
export class GlobalAvgPool1D extends GlobalPooling {
  constructor(options: BlockOptions = {}) {
    super(1, options);
  }

  override get typeName(): string {
    return "GlobalAvgPool1D";
  }

  protected override pool(x: tf.Tensor, layout: Layout): tf.Tensor {
    return globalAvgPool(x, layout);
  }
}

/**
 * Mean of each channel: `[n, c, h, w]` to `[n, c, 1, 1]`.
 * @see MXNet 1.4.1, `nn.GlobalAvgPool2D`.
 */
export class GlobalAvgPool2D extends GlobalPooling {
  constructor(options: BlockOptions = {}) {
    super(2, options);
  }

  override get typeName(): string {
    return "GlobalAvgPool2D";
  }

  protected override pool(x: tf.Tensor, layout: Layout): tf.Tensor {
    return globalAvgPool(x, layout);
  }
}

/**
 * Mean of each channel: `[n, c, d, h, w]` to `[n, c, 1, 1, 1]`.
 * @see MXNet 1.4.1, `nn.GlobalAvgPool3D`.
 */
export class GlobalAvgPool3D extends GlobalPooling {
  constructor(options: BlockOptions = {}) {
    super(3, options);
  }

  override get typeName(): string {
    return "GlobalAvgPool3D";
  }

  protected override pool(x: tf.Tensor, layout: Layout): tf.Tensor {
    return globalAvgPool(x, layout);
  }
}

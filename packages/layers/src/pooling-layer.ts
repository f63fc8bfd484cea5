import { type PerAxis, perAxis } from "@camada/conv-math";
import { avgPool, maxPool, preferredLayout } from "@camada/tensor";
import type { BlockOptions } from "./block.ts";
import { LayoutAwareBlock } from "./layout-aware-block.ts";
import { inLayout, type PlacedBatch } from "./placed-batch.ts";
import { booleanText, tupleText } from "./python-text.ts";
import { requireRank } from "./shape.ts";

/** Options of the pooling layers. One number stands for all spatial axes. */
export interface PoolingLayerOptions extends BlockOptions {
  /** Extent of the window, per spatial axis; 2. */
  readonly poolSize?: PerAxis | undefined;
  /** Step of the window, per spatial axis; `poolSize`. */
  readonly strides?: PerAxis | undefined;
  /** Cells added on each side, per spatial axis; 0. */
  readonly padding?: PerAxis | undefined;
  /** Rounds the output's size up instead of down; false. */
  readonly ceilMode?: boolean | undefined;
}

/** What pooling with a window has in common. Output size: `floor((size + 2 · padding − poolSize) / stride) + 1`. */
abstract class PoolingLayer extends LayoutAwareBlock {
  readonly poolSize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: readonly number[];
  readonly ceilMode: boolean;

  /** @param axes number of spatial axes. */
  constructor(axes: number, options: PoolingLayerOptions) {
    super({ ...options, hint: options.hint ?? "pool" });
    const op = this.typeName;
    this.poolSize = perAxis(op, "poolSize", options.poolSize ?? 2, axes);
    this.strides = perAxis(op, "strides", options.strides ?? this.poolSize, axes);
    this.padding = perAxis(op, "padding", options.padding ?? 0, axes, 0);
    this.ceilMode = options.ceilMode ?? false;
  }

  /** Gluon's printed form, e.g. `MaxPool2D(size=(2, 2), stride=(2, 2), padding=(0, 0), ceil_mode=False)`. */
  override toString(): string {
    const sizes = `size=${tupleText(this.poolSize)}, stride=${tupleText(this.strides)}`;
    return `${this.typeName}(${sizes}, padding=${tupleText(this.padding)}, ceil_mode=${booleanText(this.ceilMode)})`;
  }
}

/** Largest element of each window. */
export abstract class MaxPooling extends PoolingLayer {
  protected override computeIn(batch: PlacedBatch): PlacedBatch {
    requireRank(this.typeName, batch.x.shape, this.poolSize.length + 2);
    const layout = preferredLayout();
    const { poolSize, strides, padding, ceilMode } = this;
    return { x: maxPool(inLayout(batch, layout), { poolSize, strides, padding, ceilMode, layout }), layout };
  }
}

/** Options of the layers that average. */
export interface AvgPoolingLayerOptions extends PoolingLayerOptions {
  /** Whether padding counts in the divisor; true. */
  readonly countIncludePad?: boolean | undefined;
}

/** Mean of each window. */
export abstract class AvgPooling extends PoolingLayer {
  readonly countIncludePad: boolean;

  constructor(axes: number, options: AvgPoolingLayerOptions) {
    super(axes, options);
    this.countIncludePad = options.countIncludePad ?? true;
  }

  protected override computeIn(batch: PlacedBatch): PlacedBatch {
    requireRank(this.typeName, batch.x.shape, this.poolSize.length + 2);
    const layout = preferredLayout();
    const { poolSize, strides, padding, ceilMode, countIncludePad } = this;
    const options = { poolSize, strides, padding, ceilMode, countIncludePad, layout };
    return { x: avgPool(inLayout(batch, layout), options), layout };
  }
}

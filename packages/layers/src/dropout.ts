import { ShapeError, sizeOf } from "@camada/conv-math";
import { defaultRandom, drawnTensor, isTraining } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import type { BlockOptions } from "./block.ts";
import { LayoutAwareBlock } from "./layout-aware-block.ts";
import { publicShape, type PlacedBatch } from "./placed-batch.ts";
import { floatText, tupleText } from "./python-text.ts";
import { positiveAxis } from "./shape.ts";

/** Options of {@link Dropout}. */
export interface DropoutOptions extends BlockOptions {
  /** Axes along which one draw is shared; none. */
  readonly axes?: readonly number[] | undefined;
}

/**
 * In training, sets each element to zero with probability `rate` and multiplies the others by `1 / (1 − rate)`;
 * otherwise passes `x` on.
 *
 * An element stays where a uniform number u from the default random source is below `1 − rate`; the numbers are drawn on
 * the host in the order of `x` in NCHW, so that every backend drops the same elements as MXNet does.
 * @see MXNet 1.4.1, `nn.Dropout`; Srivastava et al. 2014.
 */
export class Dropout extends LayoutAwareBlock {
  readonly rate: number;
  readonly axes: readonly number[];

  /**
   * @param rate probability of zero, from 0 to below 1.
   * @throws {ShapeError} for another rate.
   */
  constructor(rate: number, { axes = [], ...options }: DropoutOptions = {}) {
    super(options);
    if (!(rate >= 0 && rate < 1)) throw new ShapeError("Dropout", "a rate from 0 to below 1", String(rate));
    this.rate = rate;
    this.axes = [...axes];
  }

  override get typeName(): string {
    return "Dropout";
  }

  protected override computeIn({ x, layout }: PlacedBatch): PlacedBatch {
    if (!isTraining()) return { x, layout };
    const shape = publicShape({ x, layout });
    for (const axis of this.axes) shape[positiveAxis("Dropout", axis, shape.length)] = 1;
    const mask = layout === "NCHW" ? drawnTensor(shape, () => this.#mask(shape)) : this.#maskChannelsLast(shape);
    return { x: tf.mul(x, mask), layout };
  }

  /** `1 / (1 − rate)` or 0, in NCHW order. */
  #mask(shape: readonly number[]): Float32Array {
    const keep = Math.fround(1 - this.rate);
    const scale = 1 / keep;
    return defaultRandom()
      .uniform(sizeOf(shape), 0, 1)
      .map((u) => (u < keep ? scale : 0));
  }

  #maskChannelsLast(shape: readonly number[]): tf.Tensor {
    const [n, channels, ...spatial] = shape as [number, number, ...number[]];
    return drawnTensor([n, ...spatial, channels], () => channelsLast(this.#mask(shape), shape));
  }

  /** Gluon's printed form, e.g. `Dropout(p = 0.5, axes=())`. */
  override toString(): string {
    return `Dropout(p = ${floatText(this.rate)}, axes=${tupleText(this.axes)})`;
  }
}

/** Values of a tensor `[n, c, ...spatial]` in the order of `[n, ...spatial, c]`. */
function channelsLast(values: Float32Array, shape: readonly number[]): Float32Array {
  const [n, channels, ...spatial] = shape as [number, number, ...number[]];
  const plane = sizeOf(spatial);
  const placed = new Float32Array(values.length);
  for (let sample = 0; sample < n; sample++) {
    for (let c = 0; c < channels; c++) {
      const from = (sample * channels + c) * plane;
      for (let i = 0; i < plane; i++) placed[(sample * plane + i) * channels + c] = values[from + i]!;
    }
  }
  return placed;
}

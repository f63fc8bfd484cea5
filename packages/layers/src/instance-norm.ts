import { ShapeError, shapeText } from "@camada/conv-math";
import * as tf from "@tensorflow/tfjs-core";
import { HybridBlock } from "./hybrid-block.ts";
import { along, moments, scaleAndShift, standardize, type ChannelNormalizationOptions } from "./normalization-layer.ts";
import type { Parameter } from "./parameter.ts";
import { booleanText, floatText } from "./python-text.ts";
import { otherAxes, positiveAxis } from "./shape.ts";

/** Options of {@link InstanceNorm}. */
export interface InstanceNormOptions extends ChannelNormalizationOptions {
  /** The axis of channels; 1. */
  readonly axis?: number | undefined;
}

/**
 * Gives each channel of each sample mean 0 and variance 1, then a scale (not learned unless asked for) and a learned
 * shift for each channel: `y = (x − μ) / √(σ² + ε) · gamma + beta`. `[n, c, …]` to the same.
 * @see MXNet 1.4.1, `nn.InstanceNorm`; Ulyanov et al. 2016.
 */
export class InstanceNorm extends HybridBlock {
  readonly axis: number;
  readonly epsilon: number;
  readonly gamma: Parameter;
  readonly beta: Parameter;

  constructor(options: InstanceNormOptions = {}) {
    super(options);
    this.axis = options.axis ?? 1;
    this.epsilon = options.epsilon ?? 1e-5;
    const { gamma, beta } = scaleAndShift(options.inChannels ?? 0, { ...options, scale: options.scale ?? false });
    this.gamma = this.parameter("gamma", gamma);
    this.beta = this.parameter("beta", beta);
  }

  override get typeName(): string {
    return "InstanceNorm";
  }

  protected override inferShapes(inputShape: readonly number[]): void {
    const channels = inputShape[this.#axisOf(inputShape)]!;
    this.gamma.inferShape([channels]);
    this.beta.inferShape([channels]);
  }

  protected override compute(x: tf.Tensor): tf.Tensor {
    const axis = this.#axisOf(x.shape);
    const gamma = this.gamma.data();
    if (x.shape[axis] !== gamma.size) {
      throw new ShapeError("InstanceNorm", `${gamma.size} channels on axis ${this.axis}`, String(x.shape[axis]));
    }
    const { mean, variance } = moments(
      x,
      otherAxes(x.rank, axis).filter((other) => other !== 0),
    );
    const scaled = tf.mul(standardize(x, mean, variance, this.epsilon), along(gamma, axis, x.rank));
    return tf.add(scaled, along(this.beta.data(), axis, x.rank));
  }

  /** @throws {ShapeError} when samples have no axis but that of channels. */
  #axisOf(shape: readonly number[]): number {
    if (shape.length < 3) throw new ShapeError("InstanceNorm", "x of rank at least 3", shapeText(shape));
    return positiveAxis("InstanceNorm", this.axis, shape.length);
  }

  /** Gluon's printed form. */
  override toString(): string {
    const { gamma, beta } = this;
    const learned = `center=${booleanText(beta.isDifferentiable)}, scale=${booleanText(gamma.isDifferentiable)}`;
    return `InstanceNorm(eps=${floatText(this.epsilon)}, axis=${this.axis}, ${learned}, in_channels=${gamma.shape[0]})`;
  }
}

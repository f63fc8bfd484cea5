import { ShapeError } from "@camada/conv-math";
import * as tf from "@tensorflow/tfjs-core";
import { HybridBlock } from "./hybrid-block.ts";
import { along, moments, scaleAndShift, standardize, type ChannelNormalizationOptions } from "./normalization-layer.ts";
import type { Parameter } from "./parameter.ts";
import { booleanText, floatText } from "./python-text.ts";
import { positiveAxis } from "./shape.ts";

/** Options of {@link LayerNorm}. */
export interface LayerNormOptions extends ChannelNormalizationOptions {
  /** The axis that is normalized; −1. */
  readonly axis?: number | undefined;
}

/**
 * Gives the values along one axis mean 0 and variance 1, then a learned scale and shift for each place on it:
 * `y = (x − μ) / √(σ² + ε) · gamma + beta`. Any shape, the same out.
 * @see MXNet 1.4.1, `nn.LayerNorm`; Ba et al. 2016.
 */
export class LayerNorm extends HybridBlock {
  readonly axis: number;
  readonly epsilon: number;
  readonly gamma: Parameter;
  readonly beta: Parameter;

  constructor(options: LayerNormOptions = {}) {
    super(options);
    this.axis = options.axis ?? -1;
    this.epsilon = options.epsilon ?? 1e-5;
    const { gamma, beta } = scaleAndShift(options.inChannels ?? 0, options);
    this.gamma = this.parameter("gamma", gamma);
    this.beta = this.parameter("beta", beta);
  }

  override get typeName(): string {
    return "LayerNorm";
  }

  protected override inferShapes(inputShape: readonly number[]): void {
    const size = inputShape[positiveAxis("LayerNorm", this.axis, inputShape.length)]!;
    this.gamma.inferShape([size]);
    this.beta.inferShape([size]);
  }

  protected override compute(x: tf.Tensor): tf.Tensor {
    const axis = positiveAxis("LayerNorm", this.axis, x.rank);
    const gamma = this.gamma.data();
    if (x.shape[axis] !== gamma.size) {
      throw new ShapeError("LayerNorm", `size ${gamma.size} on axis ${this.axis}`, String(x.shape[axis]));
    }
    const { mean, variance } = moments(x, [axis]);
    const scaled = tf.mul(standardize(x, mean, variance, this.epsilon), along(gamma, axis, x.rank));
    return tf.add(scaled, along(this.beta.data(), axis, x.rank));
  }

  /** Gluon's printed form. */
  override toString(): string {
    const { gamma, beta } = this;
    const learned = `center=${booleanText(beta.isDifferentiable)}, scale=${booleanText(gamma.isDifferentiable)}`;
    return `LayerNorm(eps=${floatText(this.epsilon)}, axis=${this.axis}, ${learned}, in_channels=${gamma.shape[0]})`;
  }
}

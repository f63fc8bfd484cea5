import { requireInteger, ShapeError, shapeText } from "@camada/conv-math";
import * as tf from "@tensorflow/tfjs-core";
import { HybridBlock } from "./hybrid-block.ts";
import { along, moments, scaleAndShift, standardize, type NormalizationOptions } from "./normalization-layer.ts";
import type { Parameter } from "./parameter.ts";
import { booleanText, floatText } from "./python-text.ts";

/** Options of {@link GroupNorm}. */
export interface GroupNormOptions extends NormalizationOptions {
  /** Slices that channels are cut into; 1. */
  readonly numGroups?: number | undefined;
}

/**
 * Gives each group of channels of each sample mean 0 and variance 1, then a learned scale and shift for each **group**,
 * as MXNet has it (the paper has one for each channel): `y = (x − μ) / √(σ² + ε) · gamma + beta`. `[n, c, …]` to the
 * same; gamma and beta `[numGroups]`.
 * @see MXNet 1.9.1, `nn.GroupNorm`; Wu and He 2018.
 */
export class GroupNorm extends HybridBlock {
  readonly numGroups: number;
  readonly epsilon: number;
  readonly gamma: Parameter;
  readonly beta: Parameter;

  constructor(options: GroupNormOptions = {}) {
    super(options);
    this.numGroups = requireInteger("GroupNorm", "numGroups", options.numGroups ?? 1, 1);
    this.epsilon = options.epsilon ?? 1e-5;
    const { gamma, beta } = scaleAndShift(this.numGroups, options);
    this.gamma = this.parameter("gamma", gamma);
    this.beta = this.parameter("beta", beta);
  }

  override get typeName(): string {
    return "GroupNorm";
  }

  protected override compute(x: tf.Tensor): tf.Tensor {
    if (x.rank < 3) throw new ShapeError("GroupNorm", "x of rank at least 3", shapeText(x.shape));
    const [n, channels] = x.shape as [number, number];
    if (channels % this.numGroups !== 0) {
      throw new ShapeError("GroupNorm", `groups to divide ${channels} channels`, String(this.numGroups));
    }
    const grouped = tf.reshape(x, [n, this.numGroups, x.size / (n * this.numGroups)]);
    const { mean, variance } = moments(grouped, [2]);
    const scaled = tf.mul(standardize(grouped, mean, variance, this.epsilon), along(this.gamma.data(), 1, 3));
    return tf.reshape(tf.add(scaled, along(this.beta.data(), 1, 3)), x.shape);
  }

  /** Gluon's printed form. */
  override toString(): string {
    const { gamma, beta } = this;
    const learned = `center=${booleanText(beta.isDifferentiable)}, scale=${booleanText(gamma.isDifferentiable)}`;
    return `GroupNorm(eps=${floatText(this.epsilon)}, num_groups=${this.numGroups}, ${learned})`;
  }
}

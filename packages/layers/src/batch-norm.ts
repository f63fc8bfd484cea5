import { ShapeError } from "@camada/conv-math";
import { batchNorm, channelAxis, isRecording, isTraining, normalize } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import type { Initializer, InitializerName } from "./initializer.ts";
import { LayoutAwareBlock } from "./layout-aware-block.ts";
import { scaleAndShift, type ChannelNormalizationOptions } from "./normalization-layer.ts";
import type { Parameter } from "./parameter.ts";
import { inLayout, type PlacedBatch } from "./placed-batch.ts";
import { booleanText, floatText } from "./python-text.ts";
import { positiveAxis } from "./shape.ts";

/** Options of {@link BatchNorm}. */
export interface BatchNormOptions extends ChannelNormalizationOptions {
  /** The axis of channels; 1. */
  readonly axis?: number | undefined;
  /** Share of the running statistics that stays at each update; 0.9 (PyTorch calls this 0.1). */
  readonly momentum?: number | undefined;
  /** Uses the running statistics in training too; false. */
  readonly useGlobalStats?: boolean | undefined;
  /** `zeros`. */
  readonly runningMeanInitializer?: Initializer | InitializerName | undefined;
  /** `ones`. */
  readonly runningVarianceInitializer?: Initializer | InitializerName | undefined;
}

/**
 * Gives every channel mean 0 and variance 1 over the batch, then a learned scale and shift:
 * `y = (x − μ) / √(σ² + ε) · gamma + beta`, σ² biased. Any shape, the same out.
 *
 * In training μ and σ² are those of the batch; otherwise the running ones. Those move, `running ← momentum · running +
 * (1 − momentum) · batch`, in a recorded forward pass in training mode. (MXNet on a CPU moves them in the backward pass
 * that follows; without recording neither does.) With `scale: false` gamma is 1, whatever it holds.
 * @see MXNet 1.4.1, `nn.BatchNorm`; Ioffe and Szegedy 2015.
 */
export class BatchNorm extends LayoutAwareBlock {
  readonly axis: number;
  readonly momentum: number;
  readonly epsilon: number;
  readonly scale: boolean;
  readonly useGlobalStats: boolean;
  readonly gamma: Parameter;
  readonly beta: Parameter;
  readonly runningMean: Parameter;
  readonly runningVar: Parameter;

  constructor(options: BatchNormOptions = {}) {
    super(options);
    this.axis = options.axis ?? 1;
    this.momentum = options.momentum ?? 0.9;
    this.epsilon = options.epsilon ?? 1e-5;
    this.scale = options.scale ?? true;
    this.useGlobalStats = options.useGlobalStats ?? false;
    const { inChannels = 0, runningMeanInitializer = "zeros", runningVarianceInitializer = "ones" } = options;
    const { gamma, beta } = scaleAndShift(inChannels, options);
    this.gamma = this.parameter("gamma", gamma);
    this.beta = this.parameter("beta", beta);
    const statistic = { shape: [inChannels], isDifferentiable: false };
    this.runningMean = this.parameter("running_mean", { ...statistic, initializer: runningMeanInitializer });
    this.runningVar = this.parameter("running_var", { ...statistic, initializer: runningVarianceInitializer });
  }

  override get typeName(): string {
    return "BatchNorm";
  }

  protected override inferShapes(inputShape: readonly number[]): void {
    const channels = inputShape[positiveAxis("BatchNorm", this.axis, inputShape.length)]!;
    for (const parameter of this.params.values()) parameter.inferShape([channels]);
  }

  protected override computeIn(batch: PlacedBatch): PlacedBatch {
    const isChannelAxis = this.axis === 1;
    const layout = isChannelAxis ? batch.layout : "NCHW";
    const x = inLayout(batch, layout);
    const axis = isChannelAxis ? channelAxis(x.rank, layout) : positiveAxis("BatchNorm", this.axis, x.rank);
    const channels = this.runningMean.data().size;
    if (x.shape[axis] !== channels) {
      throw new ShapeError("BatchNorm", `${channels} channels on axis ${this.axis}`, String(x.shape[axis]));
    }
    return { x: this.#normalized(x, axis), layout };
  }

  #normalized(x: tf.Tensor, axis: number): tf.Tensor {
    const [gamma, beta] = [this.gamma.data(), this.beta.data()];
    const options = { gamma: this.scale ? gamma : tf.ones(gamma.shape), beta, axis, epsilon: this.epsilon };
    const [mean, variance] = [this.runningMean.data(), this.runningVar.data()];
    if (!isTraining() || this.useGlobalStats) return normalize(x, { mean, variance }, options);
    const batch = batchNorm(x, options);
    if (isRecording()) {
      this.#move(mean, batch.mean);
      this.#move(variance, batch.variance);
    }
    return batch.y;
  }

  #move(running: tf.Variable, batch: tf.Tensor): void {
    const momentum = Math.fround(this.momentum);
    running.assign(tf.add(tf.mul(running, momentum), tf.mul(batch, 1 - momentum)));
  }

  /** Gluon's printed form. */
  override toString(): string {
    const parts = [
      `axis=${this.axis}`,
      `eps=${floatText(this.epsilon)}`,
      `momentum=${floatText(this.momentum)}`,
      `fix_gamma=${booleanText(!this.scale)}`,
      `use_global_stats=${booleanText(this.useGlobalStats)}`,
      `in_channels=${this.gamma.shape[0] || "None"}`,
    ];
    return `BatchNorm(${parts.join(", ")})`;
  }
}

import * as tf from "@tensorflow/tfjs-core";
import { ElementwiseLoss, type LossOptions } from "./loss.ts";

/**
 * Half the squared error: `½ · weight · (prediction − label)²`, mean over each sample. `[n]`
 * @see MXNet 1.4.1, `gluon.loss.L2Loss`.
 */
export class L2Loss extends ElementwiseLoss {
  /** @param options weight is 1 by default. */
  constructor(options: LossOptions = {}) {
    super({ ...options, weight: options.weight ?? 1 });
  }

  override get typeName(): string {
    return "L2Loss";
  }

  protected override losses(prediction: tf.Tensor, label: tf.Tensor): tf.Tensor {
    return tf.mul(tf.square(tf.sub(prediction, label)), 0.5);
  }
}

/**
 * The absolute error: `|prediction − label|`, mean over each sample. `[n]`
 * @see MXNet 1.4.1, `gluon.loss.L1Loss`.
 */
export class L1Loss extends ElementwiseLoss {
  override get typeName(): string {
    return "L1Loss";
  }

  protected override losses(prediction: tf.Tensor, label: tf.Tensor): tf.Tensor {
    return tf.abs(tf.sub(prediction, label));
  }
}

/** Options of {@link HuberLoss}. */
export interface HuberLossOptions extends LossOptions {
  /** Error at which the square becomes a straight line; 1. */
  readonly rho?: number | undefined;
}

/**
 * Squared for small errors, absolute for large ones: with `e = |prediction − label|`, `e² / (2ρ)` up to ρ and `e − ρ/2`
 * beyond, mean over each sample. `[n]`
 * @see MXNet 1.4.1, `gluon.loss.HuberLoss`.
 */
export class HuberLoss extends ElementwiseLoss {
  readonly rho: number;

  constructor({ rho = 1, ...options }: HuberLossOptions = {}) {
    super(options);
    this.rho = rho;
  }

  override get typeName(): string {
    return "HuberLoss";
  }

  protected override losses(prediction: tf.Tensor, label: tf.Tensor): tf.Tensor {
    const error = tf.abs(tf.sub(prediction, label));
    const straight = tf.sub(error, 0.5 * this.rho);
    return tf.where(tf.greater(error, this.rho), straight, tf.mul(tf.square(error), 0.5 / this.rho));
  }
}

import * as tf from "@tensorflow/tfjs-core";
import type { BlockOptions } from "./block.ts";
import { ElementwiseBlock } from "./elementwise-block.ts";

/**
 * `x` above zero, `alpha · (eˣ − 1)` below; at zero the slope is `alpha`.
 * @see MXNet 1.4.1, `nn.ELU`; Clevert et al. 2015.
 */
export class ELU extends ElementwiseBlock {
  readonly alpha: number;

  /** @param alpha minus the limit far below zero; 1. */
  constructor(alpha = 1, options?: BlockOptions) {
    super(options);
    this.alpha = alpha;
  }

  override get typeName(): string {
    return "ELU";
  }

  protected override apply(x: tf.Tensor): tf.Tensor {
    return exponentialBelow(x, this.alpha);
  }
}

/** Constants with which SELU keeps mean 0 and variance 1 from layer to layer. */
const selu = { scale: 1.0507009873554805, alpha: 1.6732632423543772 };

/**
 * `λ · x` above zero, `λ · α · (eˣ − 1)` below, λ ≈ 1.0507, α ≈ 1.6733; at zero the slope is `λ · α`.
 * @see MXNet 1.4.1, `nn.SELU`; Klambauer et al. 2017.
 */
export class SELU extends ElementwiseBlock {
  override get typeName(): string {
    return "SELU";
  }

  protected override apply(x: tf.Tensor): tf.Tensor {
    return tf.mul(selu.scale, exponentialBelow(x, selu.alpha));
  }
}

/** `x` above zero, elsewhere `alpha · (eˣ − 1)`, whose slope zero has; the exponential is never taken of a large number. */
function exponentialBelow(x: tf.Tensor, alpha: number): tf.Tensor {
  return tf.where(tf.greater(x, 0), x, tf.mul(alpha, tf.expm1(tf.minimum(x, 0))));
}

/**
 * `x · Φ(x)` with the normal distribution's `Φ(x) = (1 + erf(x / √2)) / 2`.
 * @see MXNet 1.9.1, `nn.GELU`; Hendrycks and Gimpel 2016.
 */
export class GELU extends ElementwiseBlock {
  override get typeName(): string {
    return "GELU";
  }

  protected override apply(x: tf.Tensor): tf.Tensor {
    return tf.mul(tf.mul(x, 0.5), tf.add(1, tf.erf(tf.mul(x, Math.SQRT1_2))));
  }
}

/**
 * `x · sigmoid(beta · x)`.
 * @see MXNet 1.4.1, `nn.Swish`; Ramachandran et al. 2017.
 */
export class Swish extends ElementwiseBlock {
  readonly beta: number;

  /** @param beta 1. */
  constructor(beta = 1, options?: BlockOptions) {
    super(options);
    this.beta = beta;
  }

  override get typeName(): string {
    return "Swish";
  }

  protected override apply(x: tf.Tensor): tf.Tensor {
    return tf.mul(x, tf.sigmoid(tf.mul(x, this.beta)));
  }
}

import * as tf from "@tensorflow/tfjs-core";
import type { BlockOptions } from "./block.ts";
import { Constant } from "./constant-initializers.ts";
import { ElementwiseBlock } from "./elementwise-block.ts";
import type { Initializer, InitializerName } from "./initializer.ts";
import type { Parameter } from "./parameter.ts";
import { floatText } from "./python-text.ts";

/**
 * `x` above zero, `alpha · x` below; at zero the slope is `alpha`.
 * @see MXNet 1.4.1, `nn.LeakyReLU`.
 */
export class LeakyReLU extends ElementwiseBlock {
  readonly alpha: number;

  /** @param alpha slope below zero. */
  constructor(alpha: number, options?: BlockOptions) {
    super(options);
    this.alpha = alpha;
  }

  override get typeName(): string {
    return "LeakyReLU";
  }

  protected override apply(x: tf.Tensor): tf.Tensor {
    return tf.leakyRelu(x, this.alpha);
  }

  /** Gluon's printed form, e.g. `LeakyReLU(0.1)`. */
  override toString(): string {
    return `LeakyReLU(${floatText(this.alpha)})`;
  }
}

/** Options of {@link PReLU}. */
export interface PReLUOptions extends BlockOptions {
  /** `Constant(0.25)`. */
  readonly alphaInitializer?: Initializer | InitializerName | undefined;
}

/**
 * `x` above zero, `alpha · x` below, with one learned slope `alpha` `[1]`, which zero has too.
 * @see MXNet 1.4.1, `nn.PReLU`; He et al. 2015.
 */
export class PReLU extends ElementwiseBlock {
  readonly alpha: Parameter;

  constructor({ alphaInitializer = new Constant(0.25), ...options }: PReLUOptions = {}) {
    super(options);
    this.alpha = this.parameter("alpha", { shape: [1], initializer: alphaInitializer });
  }

  override get typeName(): string {
    return "PReLU";
  }

  protected override apply(x: tf.Tensor): tf.Tensor {
    return tf.prelu(x, this.alpha.data());
  }
}

import { sizeOf } from "@camada/conv-math";
import { defaultRandom } from "@camada/tensor";
import type { Initializer } from "./initializer.ts";

/**
 * Uniform in [−scale, scale); by name `"uniform"`. The block-wide default.
 * @see MXNet 1.4.1, `mx.init.Uniform`.
 */
export class Uniform implements Initializer {
  readonly scale: number;

  /** @param scale bound of the absolute value; 0.07. */
  constructor(scale = 0.07) {
    this.scale = scale;
  }

  values(shape: readonly number[]): Float32Array {
    return defaultRandom().uniform(sizeOf(shape), -this.scale, this.scale);
  }
}

/**
 * Normal with mean 0; by name `"normal"`.
 * @see MXNet 1.4.1, `mx.init.Normal`.
 */
export class Normal implements Initializer {
  readonly sigma: number;

  /** @param sigma standard deviation; 0.01. */
  constructor(sigma = 0.01) {
    this.sigma = sigma;
  }

  values(shape: readonly number[]): Float32Array {
    return defaultRandom().normal(sizeOf(shape), 0, this.sigma);
  }
}

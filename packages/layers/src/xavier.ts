import { ShapeError, shapeText, sizeOf } from "@camada/conv-math";
import { defaultRandom } from "@camada/tensor";
import type { Initializer } from "./initializer.ts";

/** Which end of the layer the variance is balanced for: inputs, outputs or their mean. */
export type FactorType = "avg" | "in" | "out";

/** Options of {@link Xavier}. */
export interface XavierOptions {
  /** `uniform` in [−scale, scale), or `gaussian` with standard deviation scale; `uniform`. */
  readonly rndType?: "uniform" | "gaussian" | undefined;
  /** `avg`. */
  readonly factorType?: FactorType | undefined;
  /** 3. */
  readonly magnitude?: number | undefined;
}

/**
 * Keeps the variance of values about the same from layer to layer; by name `"xavier"`.
 *
 * `scale = √(magnitude / factor)`, factor being fan-in `shape[1] · Π shape[2…]`, fan-out `shape[0] · Π shape[2…]` or
 * their mean.
 * @see MXNet 1.4.1, `mx.init.Xavier`; Glorot and Bengio 2010.
 */
export class Xavier implements Initializer {
  readonly rndType: "uniform" | "gaussian";
  readonly factorType: FactorType;
  readonly magnitude: number;

  constructor({ rndType = "uniform", factorType = "avg", magnitude = 3 }: XavierOptions = {}) {
    this.rndType = rndType;
    this.factorType = factorType;
    this.magnitude = magnitude;
  }

  /** @throws {ShapeError} for a shape of rank below 2: a vector has no fan-in. */
  values(shape: readonly number[], parameter: string): Float32Array {
    const [outputs, inputs, ...kernel] = shape;
    if (outputs === undefined || inputs === undefined) {
      throw new ShapeError("Xavier", `${parameter} of rank at least 2`, shapeText(shape));
    }
    const taps = sizeOf(kernel);
    const fans = { in: inputs * taps, out: outputs * taps, avg: ((inputs + outputs) * taps) / 2 };
    const scale = Math.sqrt(this.magnitude / fans[this.factorType]);
    return this.rndType === "uniform"
      ? defaultRandom().uniform(sizeOf(shape), -scale, scale)
      : defaultRandom().normal(sizeOf(shape), 0, scale);
  }
}

/** Options of {@link MSRAPrelu}. */
export interface MSRAPreluOptions {
  /** `avg`. */
  readonly factorType?: FactorType | undefined;
  /** Slope of the rectifier below zero; 0.25. */
  readonly slope?: number | undefined;
}

/**
 * {@link Xavier} for layers followed by a leaky rectifier: gaussian with magnitude `2 / (1 + slope²)`; by name
 * `"msraprelu"`.
 * @see MXNet 1.4.1, `mx.init.MSRAPrelu`; He et al. 2015.
 */
export class MSRAPrelu extends Xavier {
  constructor({ factorType = "avg", slope = 0.25 }: MSRAPreluOptions = {}) {
    super({ rndType: "gaussian", factorType, magnitude: 2 / (1 + slope ** 2) });
  }
}

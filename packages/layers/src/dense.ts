import { requireInteger, ShapeError, shapeText, sizeOf } from "@camada/conv-math";
import { dense, type Activation } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import type { BlockOptions } from "./block.ts";
import { HybridBlock } from "./hybrid-block.ts";
import type { Initializer, InitializerName } from "./initializer.ts";
import type { Parameter } from "./parameter.ts";

/** Options of {@link Dense}. */
export interface DenseOptions extends BlockOptions {
  /** Applied after the bias; none. */
  readonly activation?: Activation | undefined;
  /** True. */
  readonly useBias?: boolean | undefined;
  /** Whether all axes but the first make one row of inputs; true. False: the last axis alone, for every row. */
  readonly flatten?: boolean | undefined;
  /** None: the one given to `initialize`. */
  readonly weightInitializer?: Initializer | InitializerName | undefined;
  /** `zeros`. */
  readonly biasInitializer?: Initializer | InitializerName | undefined;
  /** Inputs per row; 0: taken from the first batch. */
  readonly inUnits?: number | undefined;
}

/**
 * Fully connected layer: `y = activation(x · weightᵀ + bias)`, weight `[units, inUnits]`.
 *
 * `[n, …]` to `[n, units]`, or with `flatten: false` `[…, inUnits]` to `[…, units]`.
 * @see MXNet 1.4.1, `nn.Dense`.
 */
export class Dense extends HybridBlock {
  readonly units: number;
  readonly activation: Activation;
  readonly flatten: boolean;
  readonly weight: Parameter;
  readonly bias: Parameter | undefined;

  /** @param units outputs per row. */
  constructor(units: number, options: DenseOptions = {}) {
    super(options);
    const { weightInitializer, biasInitializer = "zeros", inUnits = 0, useBias = true } = options;
    this.units = requireInteger("Dense", "units", units, 1);
    this.activation = options.activation ?? "linear";
    this.flatten = options.flatten ?? true;
    const dtype = "float32";
    this.weight = this.parameter("weight", { shape: [units, inUnits], initializer: weightInitializer, dtype });
    this.bias = useBias ? this.parameter("bias", { shape: [units], initializer: biasInitializer, dtype }) : undefined;
  }

  override get typeName(): string {
    return "Dense";
  }

  protected override inferShapes(inputShape: readonly number[]): void {
    this.weight.inferShape([this.units, this.#inUnits(inputShape)]);
  }

  protected override compute(x: tf.Tensor): tf.Tensor {
    const inUnits = this.#inUnits(x.shape);
    const rows = tf.reshape<tf.Rank.R2>(x, [x.size / inUnits, inUnits]);
    const weight = this.weight.data() as tf.Tensor as tf.Tensor2D;
    const y = dense(rows, weight, this.bias?.data(), this.activation);
    return this.flatten ? y : tf.reshape(y, [...x.shape.slice(0, -1), this.units]);
  }

  /** @throws {ShapeError} for a batch without a row. */
  #inUnits(inputShape: readonly number[]): number {
    if (inputShape.length < 2) throw new ShapeError("Dense", "x of rank at least 2", shapeText(inputShape));
    return this.flatten ? sizeOf(inputShape.slice(1)) : inputShape.at(-1)!;
  }

  /** Gluon's printed form, e.g. `Dense(84 -> 10, linear)`. */
  override toString(): string {
    const activation = this.activation === "linear" ? "linear" : `Activation(${this.activation})`;
    return `Dense(${this.weight.shape[1] || "None"} -> ${this.units}, ${activation})`;
  }
}

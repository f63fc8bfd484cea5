import { ShapeError, shapeText } from "@camada/conv-math";
import * as tf from "@tensorflow/tfjs-core";
import type { BlockInputs, BlockOptions } from "./block.ts";
import { HybridBlock } from "./hybrid-block.ts";
import { floatText } from "./python-text.ts";
import { otherAxes, positiveAxis } from "./shape.ts";

/** Options of every loss. */
export interface LossOptions extends BlockOptions {
  /** Scales the loss; none. */
  readonly weight?: number | undefined;
  /** The axis of samples; 0. */
  readonly batchAxis?: number | undefined;
}

/** What a loss is given: predictions, labels and, if wanted, a weight for each sample. */
export type LossInputs = [prediction: tf.Tensor, label: tf.Tensor, sampleWeight?: tf.Tensor];

/**
 * A measure of how far predictions are from labels: one value per sample.
 * @see MXNet 1.4.1, `gluon.loss.Loss`.
 */
export abstract class Loss<Inputs extends BlockInputs = LossInputs> extends HybridBlock<Inputs> {
  readonly weight: number | undefined;
  readonly batchAxis: number;

  constructor({ weight, batchAxis = 0, ...options }: LossOptions = {}) {
    super(options);
    this.weight = weight;
    this.batchAxis = batchAxis;
  }

  /** The losses of single elements with both weights applied; `sampleWeight` is broadcast. */
  protected weighted(losses: tf.Tensor, sampleWeight: tf.Tensor | undefined): tf.Tensor {
    const bySample = sampleWeight === undefined ? losses : tf.mul(losses, sampleWeight);
    return this.weight === undefined ? bySample : tf.mul(bySample, this.weight);
  }

  /** The mean over every axis but that of samples, `[n]`. */
  protected meanPerSample(losses: tf.Tensor): tf.Tensor {
    return tf.mean(losses, otherAxes(losses.rank, positiveAxis(this.typeName, this.batchAxis, losses.rank)));
  }

  /** The label in the shape of the prediction. @throws {ShapeError} when the numbers of elements differ. */
  protected like(label: tf.Tensor, prediction: tf.Tensor): tf.Tensor {
    if (label.size === prediction.size) return tf.reshape(label, prediction.shape);
    throw new ShapeError(this.typeName, `labels for ${shapeText(prediction.shape)}`, shapeText(label.shape));
  }

  /** Gluon's printed form, e.g. `SoftmaxCrossEntropyLoss(batch_axis=0, w=None)`. */
  override toString(): string {
    const weight = this.weight === undefined ? "None" : floatText(this.weight);
    return `${this.typeName}(batch_axis=${this.batchAxis}, w=${weight})`;
  }
}

/** A loss that compares element by element, then takes the mean of each sample. */
export abstract class ElementwiseLoss extends Loss {
  /** The losses of single elements; both inputs have one shape. */
  protected abstract losses(prediction: tf.Tensor, label: tf.Tensor): tf.Tensor;

  protected override compute(prediction: tf.Tensor, label: tf.Tensor, sampleWeight?: tf.Tensor): tf.Tensor {
    return this.meanPerSample(this.weighted(this.losses(prediction, this.like(label, prediction)), sampleWeight));
  }
}

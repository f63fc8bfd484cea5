import * as tf from "@tensorflow/tfjs-core";
import { Loss, type LossOptions } from "./loss.ts";
import { otherAxes, positiveAxis } from "./shape.ts";

/** Options of {@link TripletLoss}. */
export interface TripletLossOptions extends LossOptions {
  /** By how much the positive example should be nearer; 1. */
  readonly margin?: number | undefined;
}

/**
 * Wants a prediction nearer to a positive example than to a negative one:
 * `max(0, Σ (prediction − positive)² − Σ (prediction − negative)² + margin)`, summed over each sample. `[n]`
 *
 * Inputs: prediction, positive, negative, all of one number of elements.
 * @see MXNet 1.4.1, `gluon.loss.TripletLoss`.
 */
export class TripletLoss extends Loss<[prediction: tf.Tensor, positive: tf.Tensor, negative: tf.Tensor]> {
  readonly margin: number;

  constructor({ margin = 1, ...options }: TripletLossOptions = {}) {
    super(options);
    this.margin = margin;
  }

  override get typeName(): string {
    return "TripletLoss";
  }

  protected override compute(prediction: tf.Tensor, positive: tf.Tensor, negative: tf.Tensor): tf.Tensor {
    const [near, far] = [positive, negative].map((example) =>
      tf.square(tf.sub(prediction, this.like(example, prediction))),
    );
    const axis = positiveAxis("TripletLoss", this.batchAxis, prediction.rank);
    const difference = tf.sum(tf.sub(near!, far!), otherAxes(prediction.rank, axis));
    return this.weighted(tf.relu(tf.add(difference, this.margin)), undefined);
  }
}

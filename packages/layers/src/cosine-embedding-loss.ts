import { ShapeError, shapeText } from "@camada/conv-math";
import * as tf from "@tensorflow/tfjs-core";
import { Loss, type LossOptions } from "./loss.ts";
import { sameShape } from "./shape.ts";

/** Options of {@link CosineEmbeddingLoss}. */
export interface CosineEmbeddingLossOptions extends LossOptions {
  /** Cosine up to which vectors that should differ cost nothing; 0. */
  readonly margin?: number | undefined;
}

/**
 * Wants pairs of vectors to point the same way (label 1) or not (label −1): `1 − cos`, or `max(0, cos − margin)`.
 *
 * Inputs: both `[n, size]`, labels `[n]`, sampleWeight broadcast to the result, which has one value per sample, `[n, 1]`.
 * @see MXNet 1.4.1, `gluon.loss.CosineEmbeddingLoss`.
 */
export class CosineEmbeddingLoss extends Loss<
  [first: tf.Tensor, second: tf.Tensor, label: tf.Tensor, sampleWeight?: tf.Tensor]
> {
  readonly margin: number;

  constructor({ margin = 0, ...options }: CosineEmbeddingLossOptions = {}) {
    super(options);
    this.margin = margin;
  }

  override get typeName(): string {
    return "CosineEmbeddingLoss";
  }

  protected override compute(
    first: tf.Tensor,
    second: tf.Tensor,
    label: tf.Tensor,
    sampleWeight?: tf.Tensor,
  ): tf.Tensor {
    if (!sameShape(first.shape, second.shape)) {
      throw new ShapeError(
        "CosineEmbeddingLoss",
        `two inputs of shape ${shapeText(first.shape)}`,
        shapeText(second.shape),
      );
    }
    const length = (x: tf.Tensor): tf.Tensor => tf.sqrt(tf.sum(tf.square(x), -1));
    const lengths = tf.maximum(tf.mul(length(first), length(second)), 1e-12);
    const cosine = tf.reshape(tf.div(tf.sum(tf.mul(first, second), -1), lengths), [-1, 1]);
    const sign = this.like(label, cosine);
    const alike = tf.mul(tf.sub(1, cosine), tf.cast(tf.equal(sign, 1), "float32"));
    const different = tf.mul(tf.relu(tf.sub(cosine, this.margin)), tf.cast(tf.equal(sign, -1), "float32"));
    return this.weighted(tf.add(alike, different), sampleWeight);
  }
}

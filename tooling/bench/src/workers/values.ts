import { sizeOf } from "@camada/conv-math";
import { convertLayout, preferredLayout } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";

/**
 * Numbers in [−0.5, 0.5) that follow from place and seed alone, so that all workers compute the same.
 * @param size how many
 * @param seed which of the operation's tensors it is
 */
export function valuesOf(size: number, seed: number): Float32Array {
  const values = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    let word = Math.imul(i + 1 + seed * 40_503, 2_654_435_761);
    word = Math.imul(word ^ (word >>> 15), 2_246_822_519);
    word ^= word >>> 13;
    values[i] = (word >>> 0) / 2 ** 32 - 0.5;
  }
  return values;
}

/** A tensor of {@link valuesOf}. */
export function tensorOf(shape: readonly number[], seed: number): tf.Tensor {
  return tf.tensor(valuesOf(sizeOf(shape), seed), [...shape]);
}

/** A batch of images of {@link valuesOf}, described channels first, in the layout that the backend wants. */
export function imagesOf(shape: readonly number[], seed: number): tf.Tensor {
  return tf.tidy(() => convertLayout(tensorOf(shape, seed), "NCHW", preferredLayout()));
}

/** A shape of images, given channels first, in the layout that the backend wants. */
export function imageShape([n = 0, c = 0, ...spatial]: readonly number[]): number[] {
  return preferredLayout() === "NCHW" ? [n, c, ...spatial] : [n, ...spatial, c];
}

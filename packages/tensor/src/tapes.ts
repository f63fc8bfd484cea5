import * as tf from "@tensorflow/tfjs-core";

/** How many gradients are being recorded, one inside the other. */
export function tapes(): number {
  return tf.engine().state.gradientDepth;
}

/**
 * Whether what is computed now will be differentiated more than once. A gradient rule that uses a saved result is wrong
 * then, as the tape does not know how the result came about: operations are composed from smaller ones instead.
 */
export function isNested(): boolean {
  return tapes() > 1;
}

import * as tf from "@tensorflow/tfjs-core";
import { invoke } from "../invoke.ts";

/**
 * Lets tensors outlive the scope in which they are made, up to the end of the present one.
 *
 * tfjs runs the gradient of each input in a scope of its own. What one of them computes for the next must belong to the
 * scope around them: it is freed with the backward pass, also where nobody fetches it or a later rule throws.
 * @returns gives a tensor of the present scope with the same elements.
 */
export function outliving(): (x: tf.Tensor) => tf.Tensor {
  const { state } = tf.engine();
  const outer = state.activeScope;
  return (x) => {
    const inner = state.activeScope;
    state.activeScope = outer;
    try {
      return invoke(tf.Identity, { x }); // not `tf.clone`, which opens a scope of its own
    } finally {
      state.activeScope = inner;
    }
  };
}

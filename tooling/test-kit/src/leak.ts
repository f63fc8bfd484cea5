import * as tf from "@tensorflow/tfjs-core";
import { assert } from "vitest";

/**
 * Asserts that a function leaves as many tensors and data buffers behind as it found.
 *
 * Tensors that it returns, bare or inside arrays and objects, are its product: they are disposed of, not counted.
 *
 * @throws an assertion error with both counts.
 */
export function expectNoLeak(fn: () => Promise<unknown>): Promise<void>;
export function expectNoLeak(fn: () => unknown): void;
export function expectNoLeak(fn: () => unknown): void | Promise<void> {
  const before = tf.memory();
  const result = fn();
  return result instanceof Promise ? result.then((value) => compare(before, value)) : compare(before, result);
}

function compare(before: tf.MemoryInfo, result: unknown): void {
  if (typeof result === "object" && result !== null) tf.dispose(result as tf.TensorContainer);
  const after = tf.memory();
  if (after.numTensors !== before.numTensors || after.numDataBuffers !== before.numDataBuffers) {
    assert.fail(
      `expected ${before.numTensors} tensors in ${before.numDataBuffers} buffers as before, ` +
        `got ${after.numTensors} tensors in ${after.numDataBuffers} buffers`,
    );
  }
}

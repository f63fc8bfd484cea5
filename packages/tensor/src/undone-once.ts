import * as tf from "@tensorflow/tfjs-core";

/** tfjs's names of the backends that undo activations once. */
const names = new Set<string>();

/** Keeps what an activated backend says of `undoesActivationsOnce`. */
export function noteUndoing(tfBackend: string, isOnce: boolean): void {
  if (isOnce) names.add(tfBackend);
  else names.delete(tfBackend);
}

/** Whether the active backend undoes an activation once for all gradients of a layer. */
export function undoesActivationsOnce(): boolean {
  return names.has(tf.getBackend());
}

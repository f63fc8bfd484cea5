import * as tf from "@tensorflow/tfjs-core";

/** Draws numbers from the default random source, other ones in every call. */
export type Draw = () => Float32Array;

/** A tensor of drawn numbers, and how the next ones are drawn. */
export interface DrawnTensor {
  readonly tensor: tf.Tensor;
  readonly values: Float32Array;
  readonly draw: Draw;
}

let watcher: ((drawn: DrawnTensor) => void) | undefined;

/**
 * A float32 tensor of random numbers that are drawn on the host, anew in every replay of a compiled step too.
 * @param draw gives one number for each element. It runs later again, without the step around it: what it uses besides the
 *   default random source must be the same in every call of the step.
 */
export function drawnTensor(shape: readonly number[], draw: Draw): tf.Tensor {
  const values = draw();
  const tensor = tf.tensor(values, [...shape], "float32");
  watcher?.({ tensor, values, draw });
  return tensor;
}

/**
 * Runs a step and tells what it draws by {@link drawnTensor}, in order: a backend that replays the step without
 * JavaScript has to draw the numbers itself.
 */
export function watchDraws<R>(step: () => R, onDraw: (drawn: DrawnTensor) => void): R {
  const outer = watcher;
  watcher = (drawn) => {
    onDraw(drawn);
    outer?.(drawn);
  };
  try {
    return step();
  } finally {
    watcher = outer;
  }
}

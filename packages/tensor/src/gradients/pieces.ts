import * as tf from "@tensorflow/tfjs-core";

const zeros = (x: tf.Tensor) => x.shape.map(() => 0);

/** Part of `x` along one axis: `size` elements from `begin`. */
export function part(x: tf.Tensor, axis: number, begin: number, size: number): tf.Tensor {
  return tf.slice(x, zeros(x).with(axis, begin), x.shape.with(axis, size));
}

/** Surrounds `x` with zeros: `before[i]` in front and `after[i]` behind along axis i. */
export function padEach(x: tf.Tensor, before: readonly number[], after: readonly number[]): tf.Tensor {
  return tf.pad(
    x,
    before.map((count, axis): [number, number] => [count, after[axis]!]),
  );
}

/** Puts `x` at an offset into zeros of a larger shape. */
export function place(x: tf.Tensor, before: readonly number[], shape: readonly number[]): tf.Tensor {
  return padEach(
    x,
    before,
    shape.map((size, axis) => size - before[axis]! - x.shape[axis]!),
  );
}

/** Spaces the elements along one axis `stride` apart, zeros between them: n elements become `(n - 1) stride + 1`. */
export function dilate(x: tf.Tensor, axis: number, stride: number): tf.Tensor {
  const count = x.shape[axis]!;
  if (stride === 1 || count <= 1) return x;
  const spread = tf.expandDims(x, axis + 1);
  const spaced = padEach(spread, zeros(spread), zeros(spread).with(axis + 1, stride - 1));
  return part(tf.reshape(spaced, x.shape.with(axis, count * stride)), axis, 0, (count - 1) * stride + 1);
}

import * as tf from "@tensorflow/tfjs-core";
import { fromInput, repeatTo, rule } from "./rule.ts";

/** `shape` with the reduced axes kept as 1. */
function reducedShape(shape: readonly number[], axis: number | number[]): number[] {
  const reduced = tf.util.parseAxisParam(axis, [...shape]);
  return shape.map((size, i) => (reduced.includes(i) ? 1 : size));
}

/** The gradient of a sum: each element receives the gradient of the sum it went into. */
function spread(dy: tf.Tensor, x: tf.Tensor, axis: number | number[]): tf.Tensor {
  return repeatTo(tf.reshape(dy, reducedShape(x.shape, axis)), x.shape);
}

/** The elements equal to the extremum share its gradient evenly. */
function extremum(dy: tf.Tensor, x: tf.Tensor, y: tf.Tensor, axis: number | number[]): tf.Tensor {
  const shape = reducedShape(x.shape, axis);
  const winners = tf.cast(tf.equal(x, tf.reshape(y, shape)), "float32");
  return tf.mul(winners, tf.div(tf.reshape(dy, shape), tf.sum(winners, axis, true)));
}

/**
 * `dx_k = dy Π_{j≠k} x_j`, the product of everything before k times that of everything after: exact with zeros too.
 */
function product(dy: tf.Tensor, x: tf.Tensor, axis: number | number[]): tf.Tensor {
  const reduced = tf.util.parseAxisParam(axis, x.shape);
  const order = [...x.shape.keys()].toSorted(
    (i, j) => Number(reduced.includes(i)) - Number(reduced.includes(j)) || i - j,
  );
  const moved = tf.transpose(x, order);
  const rows = tf.reshape(moved, [dy.size, x.size / dy.size]);
  const others = tf.mul(tf.cumprod(rows, 1, true), tf.cumprod(rows, 1, true, true));
  const gradient = tf.reshape(tf.mul(others, tf.reshape(dy, [dy.size, 1])), moved.shape);
  return tf.transpose(gradient, inverse(order));
}

/** The permutation that undoes `order`. */
export function inverse(order: readonly number[]): number[] {
  return order.map((_, axis) => order.indexOf(axis));
}

/** Rules of the reductions. */
export const reductionRules: readonly tf.GradConfig[] = [
  fromInput<tf.SumAttrs>(tf.Sum, (dy, x, { axis }) => spread(dy, x, axis)),
  fromInput<tf.MeanAttrs>(tf.Mean, (dy, x, { axis }) => spread(tf.div(dy, x.size / dy.size), x, axis)),
  rule<[tf.Tensor, tf.Tensor], tf.MaxAttrs>(
    tf.Max,
    { inputs: ["x"], outputs: [true] },
    (dy, [x, y], { reductionIndices }) => ({ x: () => extremum(dy, x, y, reductionIndices) }),
  ),
  rule<[tf.Tensor, tf.Tensor], tf.MinAttrs>(tf.Min, { inputs: ["x"], outputs: [true] }, (dy, [x, y], { axis }) => ({
    x: () => extremum(dy, x, y, axis),
  })),
  fromInput<tf.ProdAttrs>(tf.Prod, (dy, x, { axis }) => product(dy, x, axis)),
];

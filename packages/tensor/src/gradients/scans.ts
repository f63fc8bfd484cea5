import * as tf from "@tensorflow/tfjs-core";
import { fromInput, linear, multiOutputRule } from "./rule.ts";
import { inverse } from "./reductions.ts";

/**
 * The gradient of `y_i = x_0 … x_i` along the last axis of `x` `[rows, n]`: `dx_k = P_k Σ_{i≥k} dy_i x_{k+1} … x_i`
 * with `P_k` the product before k. Nothing is divided, so zeros do no harm; it takes `rows · n²` numbers.
 */
function productScan(dy: tf.Tensor, x: tf.Tensor): tf.Tensor {
  const n = x.shape[1]!;
  const position = tf.range(0, n);
  const [row, column] = [tf.reshape(position, [1, n, 1]), tf.reshape(position, [1, 1, n])];
  const factors = tf.where(tf.greater(column, row), tf.expandDims(x, 1), 1);
  const after = tf.mul(tf.cumprod(factors, 2), tf.cast(tf.greaterEqual(column, row), "float32"));
  return tf.mul(tf.cumprod(x, 1, true), tf.sum(tf.mul(after, tf.expandDims(dy, 1)), 2));
}

function cumprodGradient(dy: tf.Tensor, x: tf.Tensor, { axis, exclusive, reverse }: tf.CumprodAttrs): tf.Tensor {
  const along = tf.util.parseAxisParam(axis, x.shape)[0]!;
  const order = [...x.shape.keys()].filter((other) => other !== along).concat(along);
  const shape = order.map((other) => x.shape[other]!);
  const n = x.shape[along]!;
  const toRows = (t: tf.Tensor) => {
    const rows = tf.reshape(tf.transpose(t, order), [x.size / n, n]);
    return reverse ? tf.reverse(rows, 1) : rows;
  };
  // An exclusive product is the inclusive one moved on by a place.
  const dRows = exclusive
    ? tf.pad(tf.slice(toRows(dy), [0, 1]), [
        [0, 0],
        [0, 1],
      ])
    : toRows(dy);
  const gradient = productScan(dRows, toRows(x));
  return tf.transpose(tf.reshape(reverse ? tf.reverse(gradient, 1) : gradient, shape), inverse(order));
}

/** Rules of the running sums and products, and of the largest `k`. */
export const scanRules: readonly tf.GradConfig[] = [
  linear<tf.CumsumAttrs>(tf.Cumsum, (dy, { axis, exclusive, reverse }) => tf.cumsum(dy, axis, exclusive, !reverse)),
  fromInput<tf.CumprodAttrs>(tf.Cumprod, cumprodGradient),
  multiOutputRule<[tf.Tensor, tf.Tensor]>(
    tf.TopK,
    { inputs: ["x"], outputs: [false, true] },
    ([dValues], [x, indices]) => ({
      x: () => tf.sum(tf.mul(tf.oneHot(tf.cast(indices, "int32"), x.shape.at(-1)!), tf.expandDims(dValues!, -1)), -2),
    }),
  ),
];

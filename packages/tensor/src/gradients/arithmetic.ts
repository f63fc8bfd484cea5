import * as tf from "@tensorflow/tfjs-core";
import { linear, reduceTo, rule } from "./rule.ts";

type Partial = (dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

/** A rule for `y = f(a, b)` with broadcasting: each partial derivative is summed over the repeated axes. */
function binary(kernelName: string, da: Partial, db: Partial): tf.GradConfig {
  return rule<[tf.Tensor, tf.Tensor]>(kernelName, { inputs: ["a", "b"] }, (dy, [a, b]) => ({
    a: () => reduceTo(da(dy, a, b), a.shape),
    b: () => reduceTo(db(dy, a, b), b.shape),
  }));
}

const all: Partial = (dy) => dy;
const negated: Partial = (dy) => tf.neg(dy);
const only = (condition: tf.Tensor, gradient: tf.Tensor) => tf.where(condition, gradient, 0);
const float = (x: tf.Tensor) => tf.cast(x, "float32");

/** Rules of the element-wise functions of two tensors. */
export const arithmeticRules: readonly tf.GradConfig[] = [
  binary(tf.Add, all, all),
  binary(tf.Sub, all, negated),
  binary(
    tf.Multiply,
    (dy, _a, b) => tf.mul(dy, b),
    (dy, a) => tf.mul(dy, a),
  ),
  // (a / b) / b, not a / b²: the square of a small divisor underflows.
  binary(
    tf.RealDiv,
    (dy, _a, b) => tf.div(dy, b),
    (dy, a, b) => tf.neg(tf.mul(tf.div(dy, b), tf.div(a, b))),
  ),
  // b a^(b-1) is 0 for b = 0, also at a = 0; a^b ln a is the limit 0 at a = 0, and not real for a < 0.
  binary(
    tf.Pow,
    (dy, a, b) => only(tf.notEqual(b, 0), tf.mul(dy, tf.mul(b, tf.pow(a, tf.sub(float(b), 1))))),
    (dy, a, b) => tf.mul(dy, only(tf.greater(a, 0), tf.mul(tf.pow(a, float(b)), tf.log(a)))),
  ),
  binary(
    tf.Atan2,
    (dy, a, b) => tf.mul(dy, tf.div(b, tf.add(tf.square(a), tf.square(b)))),
    (dy, a, b) => tf.neg(tf.mul(dy, tf.div(a, tf.add(tf.square(a), tf.square(b))))),
  ),
  // a - b floor(a / b)
  binary(tf.Mod, all, (dy, a, b) => tf.neg(tf.mul(dy, tf.floor(tf.div(float(a), b))))),
  binary(
    tf.SquaredDifference,
    (dy, a, b) => tf.mul(dy, tf.mul(tf.sub(a, b), 2)),
    (dy, a, b) => tf.mul(dy, tf.mul(tf.sub(b, a), 2)),
  ),
  // On a tie the first operand has the gradient.
  binary(
    tf.Maximum,
    (dy, a, b) => only(tf.greaterEqual(a, b), dy),
    (dy, a, b) => only(tf.less(a, b), dy),
  ),
  binary(
    tf.Minimum,
    (dy, a, b) => only(tf.lessEqual(a, b), dy),
    (dy, a, b) => only(tf.greater(a, b), dy),
  ),
  rule<tf.Tensor[]>(tf.AddN, { inputs: "all" }, (dy, inputs) => inputs.map(() => () => dy)),
  linear(tf.Neg, (dy) => tf.neg(dy)),
  rule<[tf.Tensor]>(tf.Select, { inputs: ["condition"] }, (dy, [condition]) => ({
    condition: () => tf.zeros(condition.shape),
    t: () => tf.where(condition, dy, 0),
    e: () => tf.where(condition, 0, dy),
  })),
];

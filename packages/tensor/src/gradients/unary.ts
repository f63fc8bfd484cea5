import * as tf from "@tensorflow/tfjs-core";
import { fromInput, fromOutput } from "./rule.ts";

/** `√((1 - x)(1 + x))`: the factored form keeps its digits near ±1. */
const root = (x: tf.Tensor) => tf.sqrt(oneMinusSquare(x));
const oneMinusSquare = (x: tf.Tensor) => tf.mul(tf.sub(1, x), tf.add(1, x));

/** Rules of the element-wise functions of one tensor. */
export const unaryRules: readonly tf.GradConfig[] = [
  fromInput(tf.Abs, (dy, x) => tf.mul(dy, tf.sign(x))),
  fromInput(tf.Square, (dy, x) => tf.mul(dy, tf.mul(x, 2))),
  fromOutput(tf.Sqrt, (dy, y) => tf.div(dy, tf.mul(y, 2))),
  fromOutput(tf.Rsqrt, (dy, y) => tf.mul(tf.mul(dy, y), tf.mul(tf.square(y), -0.5))),
  fromOutput(tf.Reciprocal, (dy, y) => tf.neg(tf.mul(tf.mul(dy, y), y))),

  fromOutput(tf.Exp, (dy, y) => tf.mul(dy, y)),
  fromInput(tf.Expm1, (dy, x) => tf.mul(dy, tf.exp(x))),
  fromInput(tf.Log, (dy, x) => tf.div(dy, x)),
  fromInput(tf.Log1p, (dy, x) => tf.div(dy, tf.add(x, 1))),
  fromInput(tf.Erf, (dy, x) => tf.mul(dy, tf.mul(tf.exp(tf.neg(tf.square(x))), 2 / Math.sqrt(Math.PI)))),

  fromInput(tf.Sin, (dy, x) => tf.mul(dy, tf.cos(x))),
  fromInput(tf.Cos, (dy, x) => tf.neg(tf.mul(dy, tf.sin(x)))),
  fromOutput(tf.Tan, (dy, y) => tf.mul(dy, tf.add(tf.square(y), 1))),
  fromInput(tf.Asin, (dy, x) => tf.div(dy, root(x))),
  fromInput(tf.Acos, (dy, x) => tf.neg(tf.div(dy, root(x)))),
  fromInput(tf.Atan, (dy, x) => tf.div(dy, tf.add(tf.square(x), 1))),

  fromInput(tf.Sinh, (dy, x) => tf.mul(dy, tf.cosh(x))),
  fromInput(tf.Cosh, (dy, x) => tf.mul(dy, tf.sinh(x))),
  fromOutput(tf.Tanh, (dy, y) => tf.mul(dy, tf.sub(1, tf.square(y)))),
  fromInput(tf.Asinh, (dy, x) => tf.div(dy, tf.sqrt(tf.add(tf.square(x), 1)))),
  fromInput(tf.Acosh, (dy, x) => tf.div(dy, tf.sqrt(tf.mul(tf.sub(x, 1), tf.add(x, 1))))),
  fromInput(tf.Atanh, (dy, x) => tf.div(dy, oneMinusSquare(x))),

  fromInput<tf.ClipByValueAttrs>(tf.ClipByValue, (dy, x, { clipValueMin, clipValueMax }) =>
    tf.where(tf.logicalAnd(tf.greaterEqual(x, clipValueMin), tf.lessEqual(x, clipValueMax)), dy, 0),
  ),
];

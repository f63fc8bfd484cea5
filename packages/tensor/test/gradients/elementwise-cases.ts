import * as tf from "@tensorflow/tfjs-core";
import type { GradientCase, GradientCases, Input } from "./case.ts";

const X = [2, 3];
const POSITIVE = { shape: X, low: 0.6, high: 2 };
const INSIDE_ONE = { shape: X, low: -0.6, high: 0.6 };
/** Whole and half numbers: where rounding jumps. */
const STEPS = { shape: X, low: -1.9, high: 1.9, kinks: [-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2] };
/** Near whole numbers, and near their middles: at least 0.15 apart. */
const WHOLE = { kinks: [-1.5, -0.5, 0.5, 1.5], margin: 0.3 };
const HALF = { kinks: [-2, -1, 0, 1, 2], margin: 0.35 };
/** The quotient of two such stays between 2 and 3, or between -3 and -2. */
const MODULUS = { shape: [3], low: 1.07, high: 1.1 };

const unary = (of: (x: tf.Tensor) => tf.Tensor, at: Input = X): GradientCase[] => [{ of, at: [at] }];

/** Equal shapes, each operand repeated, both repeated, and a scalar. */
const binary = (of: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor, a: object = {}, b: object = {}): GradientCase[] =>
  [
    [
      [2, 3],
      [2, 3],
    ],
    [[2, 3], [3]],
    [
      [2, 1],
      [4, 2, 3],
    ],
    [
      [3, 1],
      [1, 4],
    ],
    [[], [2, 2]],
  ].map(([shapeA, shapeB]) => ({
    of,
    at: [
      { shape: shapeA!, ...a },
      { shape: shapeB!, ...b },
    ],
  }));

const comparison = (compare: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor) =>
  binary(
    (a, b) => tf.add(tf.cast(compare(a, b), "float32"), tf.mul(a, b)),
    { low: -2, high: -0.2 },
    { low: 0.2, high: 2 },
  );
const logical = (combine: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor) =>
  comparison((a, b) => combine(tf.greater(a, -3), tf.less(b, 0)));

export const elementwiseCases: GradientCases = {
  [tf.Add]: binary(tf.add),
  [tf.Sub]: binary(tf.sub),
  [tf.Multiply]: binary(tf.mul),
  [tf.RealDiv]: binary(tf.div, {}, { margin: 0.6 }),
  [tf.Pow]: binary(tf.pow, { low: 0.6, high: 2 }),
  [tf.Atan2]: binary(tf.atan2, { low: 0.8, high: 2 }),
  [tf.Mod]: [
    { of: tf.mod, at: [{ shape: [2, 3], low: 2.5, high: 2.7 }, MODULUS] },
    { of: tf.mod, at: [{ shape: [2, 3], low: -2.7, high: -2.5 }, MODULUS] },
  ],
  [tf.FloorDiv]: [
    { of: (a, b) => tf.add(tf.floorDiv(a, b), tf.mul(a, b)), at: [{ shape: [2, 3], low: 2.5, high: 2.7 }, MODULUS] },
  ],
  [tf.SquaredDifference]: binary(tf.squaredDifference),
  [tf.Maximum]: binary(tf.maximum, WHOLE, HALF),
  [tf.Minimum]: binary(tf.minimum, WHOLE, HALF),
  [tf.AddN]: [{ of: (a, b, c) => tf.addN([a, b, c]), at: [X, X, X] }],
  [tf.Neg]: unary(tf.neg),
  [tf.Select]: [
    { of: (t, e) => tf.where(tf.tensor2d([1, 0, 1, 0, 1, 0], [2, 3], "bool"), t, e), at: [X, X] },
    { of: (t, e) => tf.where(tf.tensor1d([1, 0, 1], "bool"), t, e), at: [[2, 3], [3]] },
    { of: (c) => tf.where(tf.greater(c, 0), c, tf.mul(c, 3)), at: [X] },
  ],

  [tf.Abs]: unary(tf.abs),
  [tf.Square]: unary(tf.square),
  [tf.Sqrt]: unary(tf.sqrt, POSITIVE),
  [tf.Rsqrt]: unary(tf.rsqrt, POSITIVE),
  [tf.Reciprocal]: unary(tf.reciprocal, { shape: X, margin: 0.7 }),
  [tf.Exp]: unary(tf.exp),
  [tf.Expm1]: unary(tf.expm1),
  [tf.Log]: unary(tf.log, POSITIVE),
  [tf.Log1p]: unary(tf.log1p, { shape: X, low: -0.4 }),
  [tf.Erf]: unary(tf.erf),
  [tf.Sin]: unary(tf.sin),
  [tf.Cos]: unary(tf.cos),
  [tf.Tan]: unary(tf.tan, { shape: X, low: -0.8, high: 0.8 }),
  [tf.Asin]: unary(tf.asin, INSIDE_ONE),
  [tf.Acos]: unary(tf.acos, INSIDE_ONE),
  [tf.Atan]: unary(tf.atan),
  [tf.Sinh]: unary(tf.sinh),
  [tf.Cosh]: unary(tf.cosh),
  [tf.Tanh]: unary(tf.tanh),
  [tf.Asinh]: unary(tf.asinh),
  [tf.Acosh]: unary(tf.acosh, { shape: X, low: 1.5, high: 3 }),
  [tf.Atanh]: unary(tf.atanh, INSIDE_ONE),
  [tf.ClipByValue]: unary((x) => tf.clipByValue(x, -1, 0.5), { shape: [12], kinks: [-1, 0.5] }),

  [tf.Relu]: unary(tf.relu),
  [tf.Relu6]: unary((x) => tf.relu6(tf.mul(x, 4)), { shape: [12], kinks: [0, 1.5] }),
  [tf.LeakyRelu]: unary((x) => tf.leakyRelu(x, 0.3)),
  [tf.Prelu]: [
    { of: tf.prelu, at: [X, X] },
    { of: tf.prelu, at: [[2, 3, 4], [4]] },
  ],
  [tf.Elu]: unary(tf.elu),
  [tf.Selu]: unary(tf.selu),
  [tf.Sigmoid]: unary(tf.sigmoid),
  [tf.Softplus]: unary(tf.softplus),
  [tf.Softmax]: [...unary((x) => tf.softmax(x)), ...unary((x) => tf.softmax(x), [2, 2, 3])],

  [tf.Ceil]: unary(tf.ceil, STEPS),
  [tf.Floor]: unary(tf.floor, STEPS),
  [tf.Round]: unary(tf.round, STEPS),
  [tf.Sign]: unary((x) => tf.mul(x, tf.sign(x))),
  [tf.Step]: unary((x) => tf.mul(x, tf.step(x, 0.5))),
  [tf.IsNan]: unary((x) => tf.add(x, tf.cast(tf.isNaN(x), "float32"))),
  [tf.IsInf]: unary((x) => tf.add(x, tf.cast(tf.isInf(x), "float32"))),
  [tf.IsFinite]: unary((x) => tf.mul(x, tf.cast(tf.isFinite(x), "float32"))),
  [tf.LogicalNot]: unary((x) => tf.add(x, tf.cast(tf.logicalNot(tf.greater(x, 0)), "float32"))),
  [tf.OnesLike]: unary((x) => tf.mul(x, tf.onesLike(x))),
  [tf.ZerosLike]: unary((x) => tf.add(x, tf.zerosLike(x))),
  [tf.ArgMax]: unary((x) => tf.add(x, tf.expandDims(tf.argMax(x, 1), 1)), { shape: X, distinct: true }),
  [tf.ArgMin]: unary((x) => tf.add(x, tf.expandDims(tf.argMin(x, 1), 1)), { shape: X, distinct: true }),
  [tf.All]: unary((x) => tf.mul(x, tf.cast(tf.all(tf.greater(x, -3)), "float32"))),
  [tf.Any]: unary((x) => tf.mul(x, tf.cast(tf.any(tf.greater(x, 0)), "float32"))),
  [tf.OneHot]: unary((x) => tf.mul(tf.oneHot(tf.cast(x, "int32"), 3), tf.expandDims(x, -1)), {
    shape: [4],
    low: 0.2,
    high: 2.8,
    kinks: [0, 1, 2, 3],
  }),

  [tf.Equal]: comparison(tf.equal),
  [tf.NotEqual]: comparison(tf.notEqual),
  [tf.Greater]: comparison(tf.greater),
  [tf.GreaterEqual]: comparison(tf.greaterEqual),
  [tf.Less]: comparison(tf.less),
  [tf.LessEqual]: comparison(tf.lessEqual),
  [tf.LogicalAnd]: logical(tf.logicalAnd),
  [tf.LogicalOr]: logical(tf.logicalOr),
};

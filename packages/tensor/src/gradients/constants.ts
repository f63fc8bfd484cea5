import * as tf from "@tensorflow/tfjs-core";
import { linear, rule, zeroGradient } from "./rule.ts";

/** Functions of `x` that are constant almost everywhere and keep its shape. */
const keepingShape = [
  tf.Ceil,
  tf.Floor,
  tf.Round,
  tf.Sign,
  tf.Step,
  tf.IsNan,
  tf.IsInf,
  tf.IsFinite,
  tf.LogicalNot,
  tf.OnesLike,
  tf.ZerosLike,
];

/** The same, with results of another shape; the name of the input follows. */
const changingShape = { [tf.ArgMax]: "x", [tf.ArgMin]: "x", [tf.All]: "x", [tf.Any]: "x", [tf.OneHot]: "indices" };

/** Comparisons and the like of `a` and `b`, with broadcasting. */
const ofTwo = [
  tf.Equal,
  tf.NotEqual,
  tf.Greater,
  tf.GreaterEqual,
  tf.Less,
  tf.LessEqual,
  tf.LogicalAnd,
  tf.LogicalOr,
  tf.FloorDiv,
];

/** Zero gradients, so that a mask or an index computed from a variable does not stop differentiation. */
export const constantRules: readonly tf.GradConfig[] = [
  ...keepingShape.map((kernelName) => linear(kernelName, (dy) => zeroGradient(dy))),
  ...Object.entries(changingShape).map(([kernelName, input]) =>
    rule<[tf.Tensor]>(kernelName, { inputs: [input] }, (_dy, [x]) => ({ [input]: () => zeroGradient(x) })),
  ),
  ...ofTwo.map((kernelName) =>
    rule<[tf.Tensor, tf.Tensor]>(kernelName, { inputs: ["a", "b"] }, (_dy, [a, b]) => ({
      a: () => zeroGradient(a),
      b: () => zeroGradient(b),
    })),
  ),
];

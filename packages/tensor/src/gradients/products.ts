import * as tf from "@tensorflow/tfjs-core";
import { reduceTo, repeatTo, rule } from "./rule.ts";

/**
 * `y = op(a) op(b)` gives `d op(a) = dy op(b)ᵀ` and `d op(b) = op(a)ᵀ dy`. A transposed operand's gradient is
 * multiplied in the other order, so that nothing is transposed in memory; broadcast batch axes are summed.
 */
const matMulRule = rule<[tf.Tensor, tf.Tensor], tf.BatchMatMulAttrs>(
  tf.BatchMatMul,
  { inputs: ["a", "b"] },
  (dy, [a, b], { transposeA, transposeB }) => ({
    a: () => reduceTo(transposeA ? tf.matMul(b, dy, transposeB, true) : tf.matMul(dy, b, false, !transposeB), a.shape),
    b: () => reduceTo(transposeB ? tf.matMul(dy, a, true, transposeA) : tf.matMul(a, dy, !transposeA, false), b.shape),
  }),
);

/**
 * The gradient of one operand is the same sum with the operand and the result exchanged. An index that no other
 * operand and no result has was summed alone: the gradient is repeated along it. tfjs's einsum takes no scalars, so
 * the gradient of a scalar result is multiplied in afterwards.
 */
function einsumGradient(equation: string, dy: tf.Tensor, inputs: readonly tf.Tensor[], position: number): tf.Tensor {
  const [left, right] = equation.replaceAll(" ", "").split("->") as [string, string];
  const terms = left.split(",");
  const target = Array.from(terms[position]!);
  const factors = inputs.map((tensor, i) => ({ tensor, term: terms[i]! })).toSpliced(position, 1);
  if (right !== "") factors.unshift({ tensor: dy, term: right });

  const known = target.filter((label) => factors.some(({ term }) => term.includes(label)));
  const { shape } = inputs[position]!;
  if (factors.length === 0) return repeatTo(dy, shape);
  const product = tf.einsum(
    `${factors.map(({ term }) => term).join(",")}->${known.join("")}`,
    ...factors.map(({ tensor }) => tensor),
  );
  const gradient = right === "" ? tf.mul(product, dy) : product;
  if (known.length === target.length) return gradient;
  const kept = shape.map((size, axis) => (known.includes(target[axis]!) ? size : 1));
  return repeatTo(tf.reshape(gradient, kept), shape);
}

/** Rules of the matrix product and of Einstein's summation. */
export const productRules: readonly tf.GradConfig[] = [
  matMulRule,
  rule<tf.Tensor[], tf.EinsumAttrs>(tf.Einsum, { inputs: "all" }, (dy, inputs, { equation }) =>
    inputs.map((_, position) => () => einsumGradient(equation, dy, inputs, position)),
  ),
];

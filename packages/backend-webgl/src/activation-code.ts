/** Activations in GLSL, four numbers at a time. What is no number stays none. */
import type { Activation } from "@camada/tensor";
import { IS_NOTHING } from "./nothing.ts";

/**
 * The hyperbolic tangent, within a few units in the last place wherever it is.
 *
 * tfjs's own, `(1 - e^-2|x|) / (1 + e^-2|x|)`, subtracts nearly equal numbers near zero and loses all digits there. Below
 * 0.625 this is `x + x^3 p(x^2)`, with `p` of degree 4 through the function at Chebyshev's points, rounded to float32: at
 * most 0.8 units in the last place off. Above, `1 - 2 / (e^2|x| + 1)` subtracts at most 0.45 from 1. From 10 on the result
 * is 1.
 */
const TANH = `
  vec4 tanhOf(vec4 x) {
    vec4 z = x * x;
    vec4 p = ((((-0.00605371734 * z + 0.0209673364) * z - 0.0538445562) * z + 0.133327276) * z - 0.333333284) * z;
    vec4 small = x + x * p;
    vec4 magnitude = min(abs(x), vec4(10.0));
    vec4 large = sign(x) * (1.0 - 2.0 / (exp(2.0 * magnitude) + 1.0));
    return mix(large, small, lessThan(magnitude, vec4(0.625)));
  }`;

/** The logarithm of `1 + u` for u from 0 to 1: `2 artanh(u / (2 + u))` by its series, right to a unit in the last place. */
const LOG1P = `
  vec4 log1pOf(vec4 u) {
    vec4 s = u / (2.0 + u);
    vec4 z = s * s;
    vec4 tail = z * (1.0 / 3.0 + z * (1.0 / 5.0 + z * (1.0 / 7.0 + z * (1.0 / 9.0 + z * (1.0 / 11.0 + z * (1.0 / 13.0 + z / 15.0))))));
    return 2.0 * s + 2.0 * s * tail;
  }`;

/** Beyond this e^-x is below the normal numbers, which a GPU may take for 0. */
const SMALLEST_EXPONENT = "87.0";

const VALUES: Readonly<Record<Activation, string>> = {
  linear: "x",
  relu: "max(x, 0.0)",
  sigmoid: `mix(vec4(1.0), exp(-min(abs(x), ${SMALLEST_EXPONENT})), lessThan(x, vec4(0.0))) / (1.0 + exp(-min(abs(x), ${SMALLEST_EXPONENT})))`,
  tanh: "tanhOf(x)",
  softrelu: `max(x, 0.0) + log1pOf(exp(-min(abs(x), ${SMALLEST_EXPONENT})))`,
  softsign: "x / (1.0 + abs(x))",
};

/** Derivatives, through the activated value `y`. */
const SLOPES: Readonly<Record<Activation, string>> = {
  linear: "vec4(1.0)",
  relu: "mix(vec4(0.0), vec4(1.0), greaterThan(y, vec4(0.0)))",
  sigmoid: "y * (1.0 - y)",
  tanh: "1.0 - y * y",
  // 1 - e^-y, which for a small y is y, has to be had without the subtraction: 2 t / (1 + t) with t = tanh(y / 2).
  softrelu: "2.0 * tanhOf(0.5 * y) / (1.0 + tanhOf(0.5 * y))",
  softsign: "(1.0 - abs(y)) * (1.0 - abs(y))",
};

/** GLSL: the function `vec4 activate(vec4 x)`, and what it calls. */
export function activationCode(kind: Activation): string {
  const helper = { tanh: TANH, softrelu: LOG1P }[kind as string] ?? "";
  if (kind === "linear") return "vec4 activate(vec4 x) { return x; }";
  return `${IS_NOTHING}${helper}
  vec4 activate(vec4 x) { return mix(${VALUES[kind]}, x, isNothing(x)); }`;
}

/** GLSL: the function `vec4 slope(vec4 y)`, the derivative told from the activated value. */
export function slopeCode(kind: Activation): string {
  return `${kind === "softrelu" ? TANH : ""}
  vec4 slope(vec4 y) { return ${SLOPES[kind]}; }`;
}

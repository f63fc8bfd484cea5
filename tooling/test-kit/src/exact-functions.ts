import type { RandomCase } from "./random-case.ts";

/** A kernel of one tensor and what it computes. */
export interface UnaryFunction {
  readonly kernel: string;
  readonly attrs?: object;
  readonly exact: (x: number) => number;
  /** Arguments with a real result. */
  readonly domain?: "positive" | "unit" | "aboveOne" | "moderate";
}

/** erf by its series of positive terms, right to about 1e-15; beyond 6 it is 1 in float32 and in float64. */
function erf(x: number): number {
  const magnitude = Math.abs(x);
  if (magnitude > 6) return Math.sign(x);
  let term = magnitude;
  let sum = magnitude;
  for (let n = 1; term > sum * 1e-18; n++) {
    term *= (2 * magnitude * magnitude) / (2 * n + 1);
    sum += term;
  }
  return Math.sign(x) * Math.min(1, (2 / Math.sqrt(Math.PI)) * Math.exp(-magnitude * magnitude) * sum);
}

function roundToEven(x: number): number {
  const floor = Math.floor(x);
  if (x - floor !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

const SELU = { scale: 1.0507009873554805, alpha: 1.6732632423543772 };
/** tfjs's functions of one tensor, element by element. */
export const unaryFunctions: readonly UnaryFunction[] = [
  { kernel: "Neg", exact: (x) => -x },
  { kernel: "Abs", exact: Math.abs },
  { kernel: "Square", exact: (x) => x * x },
  { kernel: "Sqrt", exact: Math.sqrt, domain: "positive" },
  { kernel: "Rsqrt", exact: (x) => 1 / Math.sqrt(x), domain: "positive" },
  { kernel: "Reciprocal", exact: (x) => 1 / x },
  { kernel: "Exp", exact: Math.exp },
  { kernel: "Expm1", exact: Math.expm1 },
  { kernel: "Log", exact: Math.log, domain: "positive" },
  { kernel: "Log1p", exact: Math.log1p, domain: "positive" },
  { kernel: "Sigmoid", exact: (x) => 1 / (1 + Math.exp(-x)) },
  { kernel: "Tanh", exact: Math.tanh },
  { kernel: "Softplus", exact: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))) },
  // tfjs's own kernel is an approximation that is off by up to 1.5e-7, 2.5 units of 1.
  { kernel: "Erf", exact: erf },
  { kernel: "Relu", exact: (x) => Math.max(x, 0) },
  { kernel: "Relu6", exact: (x) => Math.min(Math.max(x, 0), 6) },
  { kernel: "LeakyRelu", attrs: { alpha: 0.25 }, exact: (x) => (x < 0 ? x * 0.25 : x) },
  { kernel: "Elu", exact: (x) => (x >= 0 ? x : Math.expm1(x)) },
  {
    kernel: "Selu",
    exact: (x) => SELU.scale * (x >= 0 ? x : SELU.alpha * Math.expm1(x)),
  },
  { kernel: "Step", attrs: { alpha: 0.5 }, exact: (x) => (x > 0 ? 1 : 0.5) },
  { kernel: "Sign", exact: Math.sign },
  { kernel: "Floor", exact: Math.floor },
  { kernel: "Ceil", exact: Math.ceil },
  { kernel: "Round", exact: roundToEven },
  {
    kernel: "ClipByValue",
    attrs: { clipValueMin: -0.5, clipValueMax: 2 },
    exact: (x) => Math.min(Math.max(x, -0.5), 2),
  },
  { kernel: "Sin", exact: Math.sin },
  { kernel: "Cos", exact: Math.cos },
  { kernel: "Tan", exact: Math.tan },
  { kernel: "Asin", exact: Math.asin, domain: "unit" },
  { kernel: "Acos", exact: Math.acos, domain: "unit" },
  { kernel: "Atan", exact: Math.atan },
  { kernel: "Sinh", exact: Math.sinh },
  { kernel: "Cosh", exact: Math.cosh },
  { kernel: "Asinh", exact: Math.asinh },
  { kernel: "Acosh", exact: Math.acosh, domain: "aboveOne" },
  { kernel: "Atanh", exact: Math.atanh, domain: "unit" },
];

/** A kernel of two tensors and what it computes. */
export interface BinaryFunction {
  readonly kernel: string;
  readonly exact: (a: number, b: number) => number;
}

/** tfjs's functions of two tensors that give numbers. */
export const arithmeticFunctions: readonly BinaryFunction[] = [
  { kernel: "Add", exact: (a, b) => a + b },
  { kernel: "Sub", exact: (a, b) => a - b },
  { kernel: "Multiply", exact: (a, b) => a * b },
  { kernel: "RealDiv", exact: (a, b) => a / b },
  { kernel: "Maximum", exact: Math.max },
  { kernel: "Minimum", exact: Math.min },
  { kernel: "SquaredDifference", exact: (a, b) => (a - b) ** 2 },
  { kernel: "Pow", exact: (a, b) => a ** b },
  { kernel: "Atan2", exact: Math.atan2 },
  { kernel: "Prelu", exact: (a, b) => (a < 0 ? a * b : a) },
];

/** tfjs's functions of two tensors that give 0 or 1. */
export const comparisonFunctions: readonly BinaryFunction[] = [
  { kernel: "Equal", exact: (a, b) => Number(a === b) },
  { kernel: "NotEqual", exact: (a, b) => Number(a !== b) },
  { kernel: "Less", exact: (a, b) => Number(a < b) },
  { kernel: "LessEqual", exact: (a, b) => Number(a <= b) },
  { kernel: "Greater", exact: (a, b) => Number(a > b) },
  { kernel: "GreaterEqual", exact: (a, b) => Number(a >= b) },
];

/** An argument: near 1, over many exponents, or one where functions break; never a denormal, which may count as 0. */
export function argument(random: RandomCase, domain: UnaryFunction["domain"]): number {
  if (domain === "unit") return Math.fround(random.uniform() * 1.998 - 0.999);
  const sign = domain === undefined && random.chance(0.5) ? -1 : 1;
  const magnitude = random.chance(0.5)
    ? random.uniform() * 4
    : random.chance(0.9)
      ? 2 ** (random.uniform() * 40 - 20)
      : random.oneOf([0.5, 1, 1.5, 2, 16777216, 1e-30, 1e30, 88, 104]);
  return Math.fround(sign * (domain === "aboveOne" ? 1 + magnitude : Math.max(magnitude, 1e-30)));
}

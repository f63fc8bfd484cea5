import type { RandomCase } from "./random-case.ts";

/** A kernel of one tensor and what it computes. */
export interface UnaryCase {
  readonly kernel: string;
  readonly attrs?: object;
  readonly exact: (x: number) => number;
  /** Largest allowed error in units in the last place; 0.5 is correctly rounded. */
  readonly ulps: number;
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
/** Functions that are computed in double and rounded once. */
export const ROUNDED_ONCE = 0.501;

/** Bounds of vectorized functions are the errors measured over all exponents, `native/src/vector-math.h`. */
export const UNARY: readonly UnaryCase[] = [
  { kernel: "Neg", exact: (x) => -x, ulps: 0 },
  { kernel: "Abs", exact: Math.abs, ulps: 0 },
  { kernel: "Square", exact: (x) => x * x, ulps: 0.5 },
  { kernel: "Sqrt", exact: Math.sqrt, ulps: 0.5001, domain: "positive" },
  // The root is rounded by half a unit, which is a whole one where the quotient is below a power of two.
  { kernel: "Rsqrt", exact: (x) => 1 / Math.sqrt(x), ulps: 1.5, domain: "positive" },
  { kernel: "Reciprocal", exact: (x) => 1 / x, ulps: 0.5001 },
  { kernel: "Exp", exact: Math.exp, ulps: 1 },
  { kernel: "Expm1", exact: Math.expm1, ulps: 1.6 },
  { kernel: "Log", exact: Math.log, ulps: 0.75, domain: "positive" },
  { kernel: "Log1p", exact: Math.log1p, ulps: 0.75, domain: "positive" },
  { kernel: "Sigmoid", exact: (x) => 1 / (1 + Math.exp(-x)), ulps: 2.25 },
  { kernel: "Tanh", exact: Math.tanh, ulps: 1.1 },
  { kernel: "Softplus", exact: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), ulps: 1.5 },
  // tfjs's own kernel is an approximation that is off by up to 1.5e-7, 2.5 units of 1.
  { kernel: "Erf", exact: erf, ulps: 1.8 },
  { kernel: "Relu", exact: (x) => Math.max(x, 0), ulps: 0 },
  { kernel: "Relu6", exact: (x) => Math.min(Math.max(x, 0), 6), ulps: 0 },
  { kernel: "LeakyRelu", attrs: { alpha: 0.25 }, exact: (x) => (x < 0 ? x * 0.25 : x), ulps: 0 },
  { kernel: "Elu", exact: (x) => (x >= 0 ? x : Math.expm1(x)), ulps: 1.6 },
  // One more product, with a constant that is rounded itself.
  {
    kernel: "Selu",
    exact: (x) => SELU.scale * (x >= 0 ? x : SELU.alpha * Math.expm1(x)),
    ulps: 3.6,
  },
  { kernel: "Step", attrs: { alpha: 0.5 }, exact: (x) => (x > 0 ? 1 : 0.5), ulps: 0 },
  { kernel: "Sign", exact: Math.sign, ulps: 0 },
  { kernel: "Floor", exact: Math.floor, ulps: 0 },
  { kernel: "Ceil", exact: Math.ceil, ulps: 0 },
  { kernel: "Round", exact: roundToEven, ulps: 0 },
  {
    kernel: "ClipByValue",
    attrs: { clipValueMin: -0.5, clipValueMax: 2 },
    exact: (x) => Math.min(Math.max(x, -0.5), 2),
    ulps: 0,
  },
  { kernel: "Sin", exact: Math.sin, ulps: ROUNDED_ONCE },
  { kernel: "Cos", exact: Math.cos, ulps: ROUNDED_ONCE },
  { kernel: "Tan", exact: Math.tan, ulps: ROUNDED_ONCE },
  { kernel: "Asin", exact: Math.asin, ulps: ROUNDED_ONCE, domain: "unit" },
  { kernel: "Acos", exact: Math.acos, ulps: ROUNDED_ONCE, domain: "unit" },
  { kernel: "Atan", exact: Math.atan, ulps: ROUNDED_ONCE },
  { kernel: "Sinh", exact: Math.sinh, ulps: ROUNDED_ONCE },
  { kernel: "Cosh", exact: Math.cosh, ulps: ROUNDED_ONCE },
  { kernel: "Asinh", exact: Math.asinh, ulps: ROUNDED_ONCE },
  { kernel: "Acosh", exact: Math.acosh, ulps: ROUNDED_ONCE, domain: "aboveOne" },
  { kernel: "Atanh", exact: Math.atanh, ulps: ROUNDED_ONCE, domain: "unit" },
];

/** An argument: near 1, over many exponents, or one where functions break; never a denormal, which may count as 0. */
export function argument(random: RandomCase, domain: UnaryCase["domain"]): number {
  if (domain === "unit") return Math.fround(random.uniform() * 1.998 - 0.999);
  const sign = domain === undefined && random.chance(0.5) ? -1 : 1;
  const magnitude = random.chance(0.5)
    ? random.uniform() * 4
    : random.chance(0.9)
      ? 2 ** (random.uniform() * 40 - 20)
      : random.oneOf([0.5, 1, 1.5, 2, 16777216, 1e-30, 1e30, 88, 104]);
  return Math.fround(sign * (domain === "aboveOne" ? 1 + magnitude : Math.max(magnitude, 1e-30)));
}

/** Distance of float32 numbers around a value. */
export function ulpAt(value: number): number {
  return 2 ** (Math.max(Math.floor(Math.log2(Math.abs(value))), -126) - 23);
}

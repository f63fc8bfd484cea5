/** Functions that are computed in double and rounded once. */
const ROUNDED_ONCE = 0.501;

/**
 * Largest error of each element-wise function, in units in the last place; 0.5 is correctly rounded. What is a vector
 * function has the bound of `native/test/vector-math-check.cc`.
 */
export const ULPS: Readonly<Record<string, number>> = {
  Neg: 0,
  Abs: 0,
  Square: 0.5,
  Sqrt: 0.5001,
  // The root is rounded by half a unit, which is a whole one where the quotient is below a power of two.
  Rsqrt: 1.5,
  Reciprocal: 0.5001,
  Exp: 1.05,
  Expm1: 1.72,
  Log: 0.83,
  Log1p: 0.85,
  Sigmoid: 2.5,
  Tanh: 1.08,
  Softplus: 1.67,
  Erf: 1.91,
  Relu: 0,
  Relu6: 0,
  LeakyRelu: 0,
  Elu: 1.72,
  // One more product, with a constant that is rounded itself.
  Selu: 2.5,
  Step: 0,
  Sign: 0,
  Floor: 0,
  Ceil: 0,
  Round: 0,
  ClipByValue: 0,
  Sin: ROUNDED_ONCE,
  Cos: ROUNDED_ONCE,
  Tan: ROUNDED_ONCE,
  Asin: ROUNDED_ONCE,
  Acos: ROUNDED_ONCE,
  Atan: ROUNDED_ONCE,
  Sinh: ROUNDED_ONCE,
  Cosh: ROUNDED_ONCE,
  Asinh: ROUNDED_ONCE,
  Acosh: ROUNDED_ONCE,
  Atanh: ROUNDED_ONCE,
  Add: 0.501,
  Sub: 0.501,
  Multiply: 0.5,
  RealDiv: 0.501,
  Maximum: 0,
  Minimum: 0,
  // The difference is rounded before it is squared: three roundings, each half a unit of a number up to twice as large.
  SquaredDifference: 3,
  Pow: 0.501,
  Atan2: 0.501,
  Prelu: 0.5,
  Equal: 0,
  NotEqual: 0,
  Less: 0,
  LessEqual: 0,
  Greater: 0,
  GreaterEqual: 0,
};

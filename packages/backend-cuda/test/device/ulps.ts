/**
 * Largest error of each element-wise function on a device, in units in the last place: what NVIDIA states for the function
 * underneath, plus half a unit for every rounding that we add.
 * @see CUDA C++ Programming Guide 13.0, Mathematical Functions Appendix, Single-Precision Floating-Point Functions.
 */
export const ULPS: Readonly<Record<string, number>> = {
  Neg: 0,
  Abs: 0,
  Square: 0.501,
  Sqrt: 0.501,
  // The root is rounded by half a unit, which is a whole one where the quotient is below a power of two.
  Rsqrt: 1.5,
  Reciprocal: 0.501,
  Exp: 2.5,
  Expm1: 1.5,
  Log: 1.5,
  Log1p: 1.5,
  // An error of the exponential, a sum, which may halve the unit, and a quotient.
  Sigmoid: 3,
  Tanh: 2.5,
  Softplus: 3,
  Erf: 2.5,
  Relu: 0,
  Relu6: 0,
  LeakyRelu: 0.501,
  Elu: 1.5,
  // One more product, with a constant that is rounded itself.
  Selu: 3.5,
  Step: 0,
  Sign: 0,
  Floor: 0,
  Ceil: 0,
  Round: 0,
  ClipByValue: 0,
  Sin: 2.5,
  Cos: 2.5,
  // Computed in double and rounded once.
  Tan: 0.501,
  Asin: 2.5,
  Acos: 2.5,
  Atan: 2.5,
  Sinh: 3.5,
  Cosh: 2.5,
  Asinh: 3.5,
  Acosh: 4.5,
  Atanh: 3.5,
  Add: 0.501,
  Sub: 0.501,
  Multiply: 0.501,
  RealDiv: 0.501,
  Maximum: 0,
  Minimum: 0,
  // The difference is rounded before it is squared: three roundings, each half a unit of a number up to twice as large.
  SquaredDifference: 3,
  Pow: 4.5,
  Atan2: 3.5,
  Prelu: 0.501,
  Equal: 0,
  NotEqual: 0,
  Less: 0,
  LessEqual: 0,
  Greater: 0,
  GreaterEqual: 0,
};

export {
  checkBatchNorm,
  noBatchNormErrors,
  type BatchNormCase,
  type BatchNormErrors,
  type BatchNormKernels,
} from "./batch-norm-check.ts";
export { expectClose, type Tolerance } from "./close.ts";
export {
  checkConvolution,
  convolutionTensors,
  noErrors,
  type ConvolutionErrors,
  type ConvolutionKernels,
  type SumArithmetic,
} from "./convolution-check.ts";
export { productsOf, sumOver } from "./convolution-products.ts";
export { activatedValues, ACTIVATION_NAMES, ACTIVATIONS, SLOPES, type ActivationName } from "./exact-activations.ts";
export {
  argument,
  arithmeticFunctions,
  comparisonFunctions,
  unaryFunctions,
  type BinaryFunction,
  type UnaryFunction,
} from "./exact-functions.ts";
export { expectNoLeak } from "./leak.ts";
export {
  expectGradients,
  numericGradient,
  projection,
  type ExpectGradientsOptions,
  type NumericGradientOptions,
  type ProbedGradient,
  type TensorFunction,
} from "./numeric-gradient.ts";
export { checkPool, poolTensors, type PoolKernels } from "./pool-check.ts";
export { broadcastPlaces, randomBroadcast, randomShape, type BroadcastShapes } from "./random-broadcast.ts";
export { CASES, RandomCase, sizeOf } from "./random-case.ts";
export { randomConvolution, type ConvolutionCase } from "./random-convolution.ts";
export { randomPool, type PoolCase } from "./random-pool.ts";
export { randomTensor, type RandomTensorOptions } from "./random-tensor.ts";
export { thinned } from "./thinned.ts";
export { type Nested, type TypedArray, type Values } from "./values.ts";
export { emptySums, UNIT, WorstError, type Sums } from "./worst-error.ts";

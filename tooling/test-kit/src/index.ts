export { expectClose, type Tolerance } from "./close.ts";
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
export { randomTensor, type RandomTensorOptions } from "./random-tensor.ts";
export { type Nested, type TypedArray, type Values } from "./values.ts";

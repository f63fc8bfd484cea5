export { ShapeError } from "./errors.ts";
export {
  type PadPair,
  type Padding,
  paddingPerAxis,
  type PerAxis,
  perAxis,
  requireInteger,
  shapeText,
  sizeOf,
} from "./axes.ts";
export type { AxisWindow, SlidingWindow } from "./window.ts";
export {
  convolutionOutputSize,
  type PoolAxisWindow,
  poolOutputSize,
  type TransposedAxisWindow,
  transposedConvolutionOutputSize,
} from "./output-size.ts";
export {
  type ConvolutionOptions,
  convolutionShape,
  convolutionWeightShape,
  type PoolOptions,
  poolShape,
  type TransposedConvolutionOptions,
  transposedConvolutionShape,
  transposedConvolutionWeightShape,
  type WeightOptions,
} from "./shapes.ts";
export { lessonOutputSize, samePadding, splitPadTotal } from "./padding.ts";
export {
  type AxisReceptiveField,
  type AxisView,
  type Interval,
  receptiveFieldAt,
  receptiveFields,
  stackSizes,
  type WindowLayer,
} from "./receptive-field.ts";
export {
  inputSizesGiving,
  kernelSizesGiving,
  paddingsGiving,
  paddingsKeepingSize,
  padTotalsGiving,
  type IntegerRange,
  stridesGiving,
} from "./inverse.ts";
export { type LayerCost, layerCost, type LayerDescription, type NetworkCost, networkCost } from "./counts.ts";
export type { ShapedArray } from "./shaped-array.ts";
export {
  referenceConvolution,
  referenceConvolutionInputGradient,
  type ReferenceConvolutionOptions,
  referenceConvolutionWeightGradient,
  referenceTransposedConvolution,
  type ReferenceTransposedConvolutionOptions,
} from "./reference-convolution.ts";
export { referencePooling, type ReferencePoolingOptions } from "./reference-pooling.ts";
export {
  type ConvolutionTrace,
  traceConvolution,
  type TraceCell,
  type TracePartialSum,
  type TraceTerm,
} from "./trace.ts";

export { Activation } from "./activation.ts";
export { Block, type AnyBlock, type BlockOptions, type ForwardHook } from "./block.ts";
export type { BlockState, LoadOptions } from "./block-state.ts";
export { Constant, One, Zero } from "./constant-initializers.ts";
export { ConvolutionLayer, type ConvolutionLayerOptions } from "./convolution-layer.ts";
export { Conv1D, Conv2D, Conv3D } from "./convolutions.ts";
export { Dense, type DenseOptions } from "./dense.ts";
export { BlockError, DeferredInitializationError, UninitializedParameterError } from "./errors.ts";
export { Flatten } from "./flatten.ts";
export { HybridBlock } from "./hybrid-block.ts";
export { HybridSequential } from "./hybrid-sequential.ts";
export type { Initializer, InitializerName } from "./initializer.ts";
export { LayoutAwareBlock } from "./layout-aware-block.ts";
export { Loss, type LossInputs, type LossOptions } from "./loss.ts";
export { Orthogonal, type OrthogonalOptions } from "./orthogonal.ts";
export { ParameterDict, type ParameterAttribute } from "./parameter-dict.ts";
export { Parameter, type InitializeOptions, type ParameterData, type ParameterOptions } from "./parameter.ts";
export type { PlacedBatch } from "./placed-batch.ts";
export { Normal, Uniform } from "./random-initializers.ts";
export { Sequential, type SequentialOptions } from "./sequential.ts";
export {
  SoftmaxCELoss,
  SoftmaxCrossEntropyLoss,
  type SoftmaxCrossEntropyLossOptions,
} from "./softmax-cross-entropy-loss.ts";
export { MSRAPrelu, Xavier, type FactorType, type MSRAPreluOptions, type XavierOptions } from "./xavier.ts";

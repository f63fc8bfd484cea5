export { Activation } from "./activation.ts";
export { AvgPool1D, AvgPool2D, AvgPool3D } from "./avg-pooling.ts";
export { BatchNorm, type BatchNormOptions } from "./batch-norm.ts";
export {
  HingeLoss,
  LogisticLoss,
  SigmoidBinaryCrossEntropyLoss,
  SigmoidBinaryCrossEntropyLoss as SigmoidBCELoss,
  SquaredHingeLoss,
  type HingeLossOptions,
  type LogisticLossOptions,
  type SigmoidBinaryCrossEntropyLossOptions,
} from "./binary-losses.ts";
export { Block, type AnyBlock, type BlockInputs, type BlockOptions, type ForwardHook } from "./block.ts";
export type { BlockState, LoadOptions } from "./block-state.ts";
export { Constant, One, Zero } from "./constant-initializers.ts";
export type { ConvolutionLayerOptions } from "./convolution-layer.ts";
export { Conv1D, Conv2D, Conv3D } from "./convolutions.ts";
export { CosineEmbeddingLoss, type CosineEmbeddingLossOptions } from "./cosine-embedding-loss.ts";
export { Dense, type DenseOptions } from "./dense.ts";
export { Dropout, type DropoutOptions } from "./dropout.ts";
export { BlockError, DeferredInitializationError, UninitializedParameterError } from "./errors.ts";
export { Flatten } from "./flatten.ts";
export {
  GlobalAvgPool1D,
  GlobalAvgPool2D,
  GlobalAvgPool3D,
  GlobalMaxPool1D,
  GlobalMaxPool2D,
  GlobalMaxPool3D,
} from "./global-pooling.ts";
export { GroupNorm, type GroupNormOptions } from "./group-norm.ts";
export { HybridBlock } from "./hybrid-block.ts";
export { HybridSequential } from "./hybrid-sequential.ts";
export type { Initializer, InitializerName } from "./initializer.ts";
export { InstanceNorm, type InstanceNormOptions } from "./instance-norm.ts";
export { KLDivLoss, type KLDivLossOptions } from "./kl-div-loss.ts";
export { LayerNorm, type LayerNormOptions } from "./layer-norm.ts";
export { LayoutAwareBlock } from "./layout-aware-block.ts";
export { Loss, type LossInputs, type LossOptions } from "./loss.ts";
export { MaxPool1D, MaxPool2D, MaxPool3D } from "./max-pooling.ts";
export type { ChannelNormalizationOptions, NormalizationOptions } from "./normalization-layer.ts";
export { Orthogonal, type OrthogonalOptions } from "./orthogonal.ts";
export { ParameterDict, type ParameterAttribute } from "./parameter-dict.ts";
export { Parameter, type InitializeOptions, type ParameterData, type ParameterOptions } from "./parameter.ts";
export type { PlacedBatch } from "./placed-batch.ts";
export { PoissonNLLLoss, type PoissonNLLLossOptions } from "./poisson-nll-loss.ts";
export type { AvgPoolingLayerOptions, PoolingLayerOptions } from "./pooling-layer.ts";
export { Normal, Uniform } from "./random-initializers.ts";
export { LeakyReLU, PReLU, type PReLUOptions } from "./rectifiers.ts";
export { ReflectionPad2D } from "./reflection-pad.ts";
export { HuberLoss, L1Loss, L2Loss, type HuberLossOptions } from "./regression-losses.ts";
export { Sequential, type SequentialOptions } from "./sequential.ts";
export { ELU, GELU, SELU, Swish } from "./smooth-activations.ts";
export {
  SoftmaxCrossEntropyLoss,
  SoftmaxCrossEntropyLoss as SoftmaxCELoss,
  type SoftmaxCrossEntropyLossOptions,
} from "./softmax-cross-entropy-loss.ts";
export {
  Conv1DTranspose,
  Conv2DTranspose,
  Conv3DTranspose,
  type TransposedConvolutionLayerOptions,
} from "./transposed-convolutions.ts";
export { TripletLoss, type TripletLossOptions } from "./triplet-loss.ts";
export { MSRAPrelu, Xavier, type FactorType, type MSRAPreluOptions, type XavierOptions } from "./xavier.ts";

export { activation, activations } from "./activation.ts";
export {
  activeBackend,
  firstAvailable,
  preferredLayout,
  useBackend,
  type ActiveBackend,
  type Backend,
  type BackendInfo,
  type BackendMemory,
  type ChosenBackend,
  type Layout,
} from "./backend.ts";
export { batchNorm, normalize, type BatchNormOptions, type ChannelStatistics } from "./batch-norm.ts";
export { compile, compiledStep, type CompiledStep } from "./compile.ts";
export { conv1d, conv2d, conv3d, type ConvolutionOptions } from "./convolution.ts";
export { dense } from "./dense.ts";
export { AutogradError, BackendUnavailableError, DeviceLostError, TrainingRefusedError } from "./errors.ts";
export {
  attachGrad,
  detachGrad,
  differentiatedSlots,
  gradientSlot,
  storeGradient,
  watchGradients,
  type GradientSlot,
  type GradReq,
} from "./gradient-slot.ts";
export { imageTensor, type PackedImages } from "./images.ts";
export * from "./kernels.ts";
export { channelAxis, convertLayout } from "./layout.ts";
export { isRecording, isTraining, predictMode, trainMode } from "./mode.ts";
export { pad, type PadMode, type PadOptions } from "./pad.ts";
export { avgPool, globalAvgPool, globalMaxPool, maxPool, type AvgPoolOptions, type PoolOptions } from "./pooling.ts";
export { record, type Recording, type RecordOptions } from "./record.ts";
export { ResidentImages, type ResidentImagesOptions } from "./resident-images.ts";
export * from "./resident-kernels.ts";
export { softmaxCrossEntropy, type SoftmaxCrossEntropyOptions } from "./softmax-cross-entropy.ts";
export {
  conv1dTranspose,
  conv2dTranspose,
  conv3dTranspose,
  type TransposedConvolutionOptions,
} from "./transposed-convolution.ts";
export { standardConv2d, standardConv3d, type Conv2DLike, type StandardConvolution } from "./standard-convolution.ts";
export * from "./update-kernels.ts";
export { defaultRandom, setDefaultRandom } from "./random/default.ts";
export { drawnTensor, watchDraws, type Draw, type DrawnTensor } from "./random/drawn-tensor.ts";
export type { MxnetState, RandomSource, RandomState, SeededState } from "./random/source.ts";
export * as random from "./random.ts";
export { format, formatArray, type PrintableType } from "./format.ts";

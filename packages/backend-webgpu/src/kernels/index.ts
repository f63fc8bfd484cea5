import { activationGradientKernel } from "./activation-gradient.ts";
import { biasGradientKernel } from "./bias-gradient.ts";
import { convolutionWeightGradientKernel } from "./convolution-weight-gradient.ts";
import { convolutionInputGradientKernel, convolutionKernel } from "./convolution.ts";
import { denseInputGradientKernel, denseKernel, denseWeightGradientKernel } from "./dense.ts";
import type { GpuKernel } from "./kernel.ts";
import { poolGradientKernel, poolKernel } from "./pool.ts";
import { softmaxCrossEntropyGradientKernel, softmaxCrossEntropyKernel } from "./softmax-cross-entropy.ts";
import { unaryKernels } from "./unary.ts";
import { adamUpdateKernel, sgdUpdateKernel } from "./update.ts";

/** Every kernel that is not tfjs's. */
export const kernels: readonly GpuKernel[] = [
  activationGradientKernel,
  adamUpdateKernel,
  biasGradientKernel,
  convolutionInputGradientKernel,
  convolutionKernel,
  convolutionWeightGradientKernel,
  denseInputGradientKernel,
  denseKernel,
  denseWeightGradientKernel,
  poolGradientKernel,
  poolKernel,
  sgdUpdateKernel,
  softmaxCrossEntropyGradientKernel,
  softmaxCrossEntropyKernel,
  ...unaryKernels,
];

import { activationGradientKernel } from "./activation-gradient.ts";
import { biasGradientKernel } from "./bias-gradient.ts";
import { bincountKernel } from "./bincount.ts";
import { bitwiseAndKernel } from "./bitwise-and.ts";
import { castKernel } from "./cast.ts";
import { convolutionWeightGradientKernel } from "./convolution-weight-gradient.ts";
import { convolutionInputGradientKernel, convolutionKernel } from "./convolution.ts";
import { denseInputGradientKernel, denseKernel, denseWeightGradientKernel } from "./dense.ts";
import type { GpuKernel } from "./kernel.ts";
import { padKernel } from "./pad.ts";
import { poolGradientKernel, poolKernel } from "./pool.ts";
import { reverseKernel } from "./reverse.ts";
import { softmaxKernel } from "./softmax.ts";
import { softmaxCrossEntropyGradientKernel, softmaxCrossEntropyKernel } from "./softmax-cross-entropy.ts";
import { unaryKernels } from "./unary.ts";
import { adamUpdateKernel, sgdUpdateKernel } from "./update.ts";

/** Every kernel that is not tfjs's. */
export const kernels: readonly GpuKernel[] = [
  activationGradientKernel,
  adamUpdateKernel,
  biasGradientKernel,
  bincountKernel,
  bitwiseAndKernel,
  castKernel,
  convolutionInputGradientKernel,
  convolutionKernel,
  convolutionWeightGradientKernel,
  denseInputGradientKernel,
  denseKernel,
  denseWeightGradientKernel,
  padKernel,
  poolGradientKernel,
  poolKernel,
  reverseKernel,
  sgdUpdateKernel,
  softmaxCrossEntropyGradientKernel,
  softmaxCrossEntropyKernel,
  softmaxKernel,
  ...unaryKernels,
];

import type { Kernel } from "./kernel.ts";
import { convolutionKernels } from "./convolution/convolution-kernels.ts";
import { fusedConvolutionKernels } from "./convolution/fused-kernels.ts";
import { standardConvolutionKernels } from "./convolution/standard-kernels.ts";
import { binaryKernels } from "./kernels/binary.ts";
import { castKernels } from "./kernels/cast.ts";
import { complexKernels } from "./kernels/complex.ts";
import { fillKernels } from "./kernels/fill.ts";
import { selectKernels } from "./kernels/select.ts";
import { shareKernels } from "./kernels/share.ts";
import { localResponseKernels } from "./kernels/local-response-kernels.ts";
import { sequenceKernels } from "./kernels/sequence-kernels.ts";
import { unaryKernels } from "./kernels/unary.ts";
import { denseKernels } from "./matrix/dense.ts";
import { einsumKernels } from "./matrix/einsum-kernels.ts";
import { matrixKernels } from "./matrix/matrix-kernels.ts";
import { poolKernels } from "./pooling/pool-kernels.ts";
import { arrangeKernels } from "./movement/arrange-kernels.ts";
import { blockKernels } from "./movement/block-kernels.ts";
import { cropKernels } from "./movement/crop-kernels.ts";
import { diagonalKernels } from "./movement/diagonal-kernels.ts";
import { gatherNdKernels } from "./movement/gather-nd-kernels.ts";
import { resizeKernels } from "./movement/resize-kernels.ts";
import { gatherKernels } from "./movement/gather-kernels.ts";
import { padKernels } from "./movement/pad-kernels.ts";
import { sliceKernels } from "./movement/slice-kernels.ts";
import { standardPoolKernels } from "./pooling/standard-pool-kernels.ts";
import { alongAxisKernels } from "./reductions/along-axis-kernels.ts";
import { reduceKernels } from "./reductions/reduce-kernels.ts";
import { topKKernels } from "./reductions/top-k-kernels.ts";
import { activationGradientKernels } from "./training/activation-gradient-kernels.ts";
import { batchNormKernels } from "./training/batch-norm-kernels.ts";
import { gatherImagesKernels } from "./training/gather-images-kernels.ts";
import { softmaxKernels } from "./training/softmax-kernels.ts";
import { updateKernels } from "./training/update-kernels.ts";

/** Kernels of `kernels/`, under tfjs's names and under Camada's. */
export const deviceKernels: readonly Kernel[] = [
  ...activationGradientKernels,
  ...alongAxisKernels,
  ...arrangeKernels,
  ...batchNormKernels,
  ...binaryKernels,
  ...blockKernels,
  ...castKernels,
  ...complexKernels,
  ...convolutionKernels,
  ...cropKernels,
  ...denseKernels,
  ...diagonalKernels,
  ...einsumKernels,
  ...fillKernels,
  ...fusedConvolutionKernels,
  ...gatherImagesKernels,
  ...gatherKernels,
  ...gatherNdKernels,
  ...localResponseKernels,
  ...matrixKernels,
  ...padKernels,
  ...poolKernels,
  ...reduceKernels,
  ...resizeKernels,
  ...selectKernels,
  ...sequenceKernels,
  ...shareKernels,
  ...sliceKernels,
  ...softmaxKernels,
  ...standardConvolutionKernels,
  ...standardPoolKernels,
  ...topKKernels,
  ...unaryKernels,
  ...updateKernels,
];

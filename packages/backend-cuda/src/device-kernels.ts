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
import { unaryKernels } from "./kernels/unary.ts";
import { denseKernels } from "./matrix/dense.ts";
import { matrixKernels } from "./matrix/matrix-kernels.ts";
import { poolKernels } from "./pooling/pool-kernels.ts";
import { standardPoolKernels } from "./pooling/standard-pool-kernels.ts";

/** Kernels of `kernels/`, under tfjs's names and under Camada's. */
export const deviceKernels: readonly Kernel[] = [
  ...binaryKernels,
  ...castKernels,
  ...complexKernels,
  ...convolutionKernels,
  ...denseKernels,
  ...fillKernels,
  ...fusedConvolutionKernels,
  ...matrixKernels,
  ...poolKernels,
  ...selectKernels,
  ...shareKernels,
  ...standardConvolutionKernels,
  ...standardPoolKernels,
  ...unaryKernels,
];

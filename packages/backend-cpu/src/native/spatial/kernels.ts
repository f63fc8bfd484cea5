import type { Kernel } from "../kernel.ts";
import { channelsLastPoolKernels } from "./channels-last-pool.ts";
import { fusedConvolutionKernels } from "./fused-convolution.ts";
import { pool, poolGradient } from "./pool.ts";
import { resizeKernels } from "./resize.ts";
import { standardConvolutionKernels } from "./standard-kernels.ts";

/** Kernels that slide windows over spatial axes: ours of pooling, and tfjs's of pooling, convolution and resizing. */
export const spatialKernels: readonly Kernel[] = [
  pool,
  poolGradient,
  ...channelsLastPoolKernels,
  ...standardConvolutionKernels,
  ...fusedConvolutionKernels,
  ...resizeKernels,
];

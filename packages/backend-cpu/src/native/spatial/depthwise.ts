import type { ConvolutionAttrs } from "@camada/tensor";

/**
 * Whether a convolution has kernels of its own for every channel, which native code computes another way.
 * @param attrs its geometry
 * @param weightShape `[cOut, cIn / groups, ...kernel]`
 * @param cIn channels of the input
 */
export function isDepthwise({ groups }: ConvolutionAttrs, weightShape: readonly number[], cIn: number): boolean {
  return cIn > 0 && groups === cIn && weightShape[1] === 1;
}

/** Names of the native kernels for dense and grouped convolutions, and of those for depthwise ones; same arguments. */
export function convolutionKernels(depthwise: boolean): {
  readonly forward: string;
  readonly inputGradient: string;
  readonly weightGradient: string;
} {
  return depthwise
    ? {
        forward: "camada_depthwise_convolution",
        inputGradient: "camada_depthwise_input_gradient",
        weightGradient: "camada_depthwise_weight_gradient",
      }
    : {
        forward: "camada_convolution",
        inputGradient: "camada_convolution_input_gradient",
        weightGradient: "camada_convolution_weight_gradient",
      };
}

/** The same for channels-last tensors, with a kernel for each channel and one or two spatial axes; no fused gradients. */
export const channelsLastKernels = {
  forward: "camada_depthwise_channels_last",
  inputGradient: "camada_depthwise_channels_last_input_gradient",
  weightGradient: "camada_depthwise_channels_last_weight_gradient",
} as const;

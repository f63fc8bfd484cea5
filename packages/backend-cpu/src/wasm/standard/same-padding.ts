import * as tf from "@tensorflow/tfjs-core";
import type { Kernel } from "../kernels/define.ts";
import { stockKernel } from "./stock.ts";

type Shape = [number, number, number, number];

/**
 * A convolution of tfjs's WebAssembly with padding `same` written out: left to XNNPACK, the windows stand in the wrong
 * places where the kernel is smaller than the stride.
 */
function explicitlyPadded(kernelName: string, isDepthwise: boolean): Kernel {
  return {
    kernelName,
    kernelFunc: ({ inputs, backend, attrs = {} }) => {
      const run = stockKernel(kernelName);
      const { x, filter } = inputs;
      if (attrs["pad"] !== "same" || x === undefined || filter === undefined) return run({ inputs, backend, attrs });
      const { top, bottom, left, right } = tf.backend_util.computeConv2DInfo(
        x.shape as Shape,
        filter.shape as Shape,
        attrs["strides"] as number,
        (attrs["dilations"] ?? 1) as number,
        "same",
        undefined,
        isDepthwise,
      ).padInfo;
      const pad = [[0, 0], [top, bottom], [left, right], [0, 0]]; // prettier-ignore
      return run({ inputs, backend, attrs: { ...attrs, pad } });
    },
  };
}

/** Channels last, as tfjs's kernel. */
export const conv2dChannelsLast = explicitlyPadded(tf.Conv2D, false);

export const paddedKernels: readonly Kernel[] = [
  explicitlyPadded(tf.DepthwiseConv2dNative, true),
  explicitlyPadded(tf.FusedConv2D, false),
  explicitlyPadded(tf.FusedDepthwiseConv2D, true),
];

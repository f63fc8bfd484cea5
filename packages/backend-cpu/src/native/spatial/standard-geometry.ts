import { standardConv2d, standardConv3d, type StandardConvolution } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { convolutionFields } from "../geometry.ts";
import type { NativeBackend } from "../native-backend.ts";
import { convolutionKernels } from "./depthwise.ts";

/** A convolution of tfjs in our terms. */
export interface PlannedConvolution extends StandardConvolution {
  /** Whether every output reads the one element of the input that stands at its place. */
  readonly isPointwise: boolean;
  /** Whether a kernel for each channel runs on channels-last tensors as they are. */
  readonly hasLanes: boolean;
  readonly kernels: ReturnType<typeof convolutionKernels>;
  /** What native kernels take, for an activation's code. */
  fields(backend: NativeBackend, activation: number): number[];
}

/** @param args those of `standardConv2d` */
export function conv2dOf(...args: Parameters<typeof standardConv2d>): PlannedConvolution {
  return plan(standardConv2d(...args));
}

/** @param args those of `standardConv3d` */
export function conv3dOf(...args: Parameters<typeof standardConv3d>): PlannedConvolution {
  return plan(standardConv3d(...args));
}

function plan(conv: StandardConvolution): PlannedConvolution {
  const { x, weight, y, strides, padBegin, isDepthwise, isChannelsLast } = conv;
  return {
    ...conv,
    isPointwise:
      !isDepthwise &&
      tf.util.arraysEqual(x.slice(2), y.slice(2)) &&
      [...weight.slice(2), ...strides].every((size) => size === 1) &&
      padBegin.every((size) => size === 0),
    hasLanes: isDepthwise && x[1] === y[1] && isChannelsLast,
    kernels: convolutionKernels(isDepthwise),
    fields: ({ arithmetic }, activation) =>
      convolutionFields(x, weight, y, { ...conv, padEnd: [] }, activation, arithmetic),
  };
}

import * as tf from "@tensorflow/tfjs-core";
import { defineKernel, type Kernel, type Present } from "../kernel.ts";
import { ACTIVATION_CODES, isFused } from "../matrix/activations.ts";
import { runKernel } from "../run-kernel.ts";
import { convolve } from "./pass.ts";
import { conv2dOf } from "./standard-geometry.ts";

type Inputs = Present<Pick<tf.FusedConv2DInputs, "x" | "filter">> & Partial<tf.FusedConv2DInputs>;
type Attrs = tf.FusedConv2DAttrs | tf.FusedDepthwiseConv2DAttrs;

/** Whether there is one bias for every output channel, and the activation, with its weights if any, goes with it. */
function isOurs({ x, filter, bias, preluActivationWeights }: Inputs, attrs: Attrs, cOut: number): boolean {
  const tensors = [x, filter, bias, preluActivationWeights].filter((tensor) => tensor !== undefined);
  if (tensors.some(({ dtype }) => dtype !== "float32")) return false;
  if (bias !== undefined && (bias.shape.length !== 1 || bias.shape[0] !== cOut)) return false;
  if (preluActivationWeights !== undefined) return attrs.dataFormat !== "NCHW";
  return isFused(attrs.activation);
}

function fused(kernelName: string, isDepthwise: boolean): Kernel {
  return defineKernel(kernelName, (backend, inputs: Inputs, attrs: Attrs) => {
    const { x, filter, bias, preluActivationWeights } = inputs;
    const { activation } = attrs;
    const { geometry, outShape } = conv2dOf(x.shape, filter.shape, attrs, isDepthwise);
    if (!isOurs(inputs, attrs, geometry.groups * geometry.outChannels)) {
      return backend.scripts.run(kernelName, inputs as unknown as tf.NamedTensorInfoMap, attrs);
    }
    for (const tensor of [x, filter]) backend.address(tensor);
    const y = backend.output(outShape);
    convolve({ backend, kernel: kernelName, geometry }, x, filter, y, {
      bias,
      activation: isFused(activation) ? ACTIVATION_CODES[activation] : 0,
      alpha: attrs.leakyreluAlpha ?? 0,
    });
    if (preluActivationWeights === undefined) return y;
    const result = runKernel(backend, tf.Prelu, { x: y, alpha: preluActivationWeights });
    backend.disposeOf(y);
    return result;
  });
}

/** tfjs's convolutions with bias and activation. */
export const fusedConvolutionKernels: readonly Kernel[] = [
  fused(tf.FusedConv2D, false),
  fused(tf.FusedDepthwiseConv2D, true),
];

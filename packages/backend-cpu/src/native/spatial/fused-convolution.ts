import * as tf from "@tensorflow/tfjs-core";
import { defineKernel, scriptKernel, type Kernel, type Present } from "../kernel.ts";
import type { NativeBackend } from "../native-backend.ts";
import { runKernel } from "./layout.ts";
import { convolve } from "./standard-convolution.ts";
import { conv2dOf } from "./standard-geometry.ts";

type Inputs = Present<Pick<tf.FusedConv2DInputs, "x" | "filter">> & Partial<tf.FusedConv2DInputs>;
type Attrs = tf.FusedConv2DAttrs | tf.FusedDepthwiseConv2DAttrs;

/** Activations that native convolutions apply themselves, by their codes. */
const FUSED: ReadonlyMap<string, number> = new Map([
  ["linear", 0],
  ["relu", 1],
  ["sigmoid", 2],
]);

/** The others, which read the result again. */
const SEPARATE: ReadonlyMap<string, string> = new Map([
  ["relu6", tf.Relu6],
  ["elu", tf.Elu],
  ["leakyrelu", tf.LeakyRelu],
  ["prelu", tf.Prelu],
]);

/** Whether there is one bias for every output channel, and the weights of the activation, if any, go with it. */
function isNative({ x, filter, bias, preluActivationWeights }: Inputs, attrs: Attrs, cOut: number): boolean {
  const tensors = [x, filter, bias, preluActivationWeights].filter((tensor) => tensor !== undefined);
  if (tensors.some(({ dtype }) => dtype !== "float32")) return false;
  if (bias !== undefined && (bias.shape.length !== 1 || bias.shape[0] !== cOut)) return false;
  return attrs.dataFormat !== "NCHW" || preluActivationWeights === undefined;
}

function activate(backend: NativeBackend, x: tf.TensorInfo, inputs: Inputs, attrs: Attrs): tf.TensorInfo {
  const kernelName = SEPARATE.get(attrs.activation);
  if (kernelName === undefined) {
    throw new Error(`fusedConv2d: expected an activation that tfjs has, got ${attrs.activation}`);
  }
  const alpha = inputs.preluActivationWeights;
  try {
    if (kernelName === tf.Prelu && alpha !== undefined) return runKernel(backend, kernelName, { x, alpha });
    return runKernel(backend, kernelName, { x }, { alpha: attrs.leakyreluAlpha ?? 0 });
  } finally {
    backend.disposeData(x.dataId);
  }
}

function fused(kernelName: string, isDepthwise: boolean): Kernel {
  return defineKernel(kernelName, (backend, inputs: Inputs, attrs: Attrs) => {
    const { x, filter, bias } = inputs;
    const conv = conv2dOf(x.shape, filter.shape, attrs, isDepthwise);
    if (!isNative(inputs, attrs, conv.weight[0] ?? 0)) {
      return scriptKernel(kernelName)({ inputs: { ...inputs }, backend, attrs: { ...attrs } }) as tf.TensorInfo;
    }
    const code = FUSED.get(attrs.activation);
    const y = convolve(backend, x, filter, bias ?? undefined, code ?? 0, conv);
    return code === undefined ? activate(backend, y, inputs, attrs) : y;
  });
}

/** tfjs's convolutions with bias and activation. */
export const fusedConvolutionKernels: readonly Kernel[] = [
  fused(tf.FusedConv2D, false),
  fused(tf.FusedDepthwiseConv2D, true),
];

import * as tf from "@tensorflow/tfjs-core";
import { defineKernel, scriptKernel, type Kernel, type Present } from "../kernel.ts";
import type { NativeBackend } from "../native-backend.ts";
import { convolve, filterGradient, inputGradient } from "./standard-convolution.ts";
import { conv2dOf, conv3dOf, type PlannedConvolution } from "./standard-geometry.ts";

/** Native kernels know float32 alone. */
function isFloat(...tensors: readonly tf.TensorInfo[]): boolean {
  return tensors.every(({ dtype }) => dtype === "float32");
}

/** A kernel of two tensors that is tfjs's own where `plan` has nothing. */
function define<Inputs extends object, Attrs extends object>(
  kernelName: string,
  plan: (inputs: Inputs, attrs: Attrs) => PlannedConvolution | undefined,
  run: (backend: NativeBackend, inputs: Inputs, conv: PlannedConvolution) => tf.TensorInfo,
): Kernel {
  return defineKernel(kernelName, (backend, inputs: Inputs, attrs: Attrs) => {
    const conv = isFloat(...(Object.values(inputs) as tf.TensorInfo[])) ? plan(inputs, attrs) : undefined;
    if (conv !== undefined) return run(backend, inputs, conv);
    return scriptKernel(kernelName)({
      inputs: inputs as tf.NamedTensorInfoMap,
      backend,
      attrs: attrs as tf.NamedAttrMap,
    }) as tf.TensorInfo;
  });
}

type Forward = Present<tf.Conv2DInputs>;
type Input = Present<tf.Conv2DBackpropInputInputs>;
type Filter = Present<tf.Conv2DBackpropFilterInputs>;

const forward = (backend: NativeBackend, { x, filter }: Forward, conv: PlannedConvolution): tf.TensorInfo =>
  convolve(backend, x, filter, undefined, 0, conv);
const input = (backend: NativeBackend, { dy, filter }: Input, conv: PlannedConvolution): tf.TensorInfo =>
  inputGradient(backend, dy, filter, conv);
const filter = (backend: NativeBackend, { x, dy }: Filter, conv: PlannedConvolution): tf.TensorInfo =>
  filterGradient(backend, x, dy, conv);

/** tf.conv2dTranspose accepts an output shape that does not fit, and takes a part of dy then. */
function fitting({ dy }: Input, conv: PlannedConvolution): PlannedConvolution | undefined {
  return tf.util.arraysEqual(dy.shape, conv.outShape) ? conv : undefined;
}

/** tfjs's convolutions and their gradients. */
export const standardConvolutionKernels: readonly Kernel[] = [
  define(
    tf.Conv2D,
    ({ x, filter: { shape } }: Forward, attrs: tf.Conv2DAttrs) => conv2dOf(x.shape, shape, attrs, false),
    forward,
  ),
  define(
    tf.Conv2DBackpropInput,
    (inputs: Input, attrs: tf.Conv2DBackpropInputAttrs) =>
      fitting(inputs, conv2dOf(attrs.inputShape, inputs.filter.shape, attrs, false)),
    input,
  ),
  define(
    tf.Conv2DBackpropFilter,
    ({ x }: Filter, attrs: tf.Conv2DBackpropFilterAttrs) => conv2dOf(x.shape, attrs.filterShape, attrs, false),
    filter,
  ),
  define(
    tf.DepthwiseConv2dNative,
    ({ x, filter: { shape } }: Forward, attrs: tf.DepthwiseConv2dNativeAttrs) => conv2dOf(x.shape, shape, attrs, true),
    forward,
  ),
  define(
    tf.DepthwiseConv2dNativeBackpropInput,
    (inputs: Input, attrs: tf.DepthwiseConv2dNativeBackpropInputAttrs) =>
      fitting(inputs, conv2dOf(attrs.inputShape, inputs.filter.shape, attrs, true)),
    input,
  ),
  define(
    tf.DepthwiseConv2dNativeBackpropFilter,
    ({ x }: Filter, attrs: tf.DepthwiseConv2dNativeBackpropFilterAttrs) =>
      conv2dOf(x.shape, attrs.filterShape, attrs, true),
    filter,
  ),
  define(
    tf.Conv3D,
    ({ x, filter: { shape } }: Forward, attrs: tf.Conv3DAttrs) => conv3dOf(x.shape, shape, attrs),
    forward,
  ),
  define(
    tf.Conv3DBackpropInputV2,
    (inputs: Input, attrs: tf.Conv3DBackpropInputV2Attrs) =>
      fitting(inputs, conv3dOf(attrs.inputShape, inputs.filter.shape, attrs)),
    input,
  ),
  define(
    tf.Conv3DBackpropFilterV2,
    ({ x }: Filter, attrs: tf.Conv3DBackpropFilterV2Attrs) => conv3dOf(x.shape, attrs.filterShape, attrs),
    filter,
  ),
];

import * as tf from "@tensorflow/tfjs-core";
import type { CudaBackend } from "../cuda-backend.ts";
import { defineKernel, type Kernel, type Present } from "../kernel.ts";
import { convolve, inputGradient, weightGradient, type Pass } from "./pass.ts";
import { conv2dOf, conv3dOf, type PlannedConvolution } from "./standard-geometry.ts";

/** A kernel of float32 tensors that is tfjs's own for the others, and where `plan` has nothing. */
function define<Inputs extends object, Attrs extends object>(
  kernelName: string,
  plan: (inputs: Inputs, attrs: Attrs) => PlannedConvolution | undefined,
  run: (pass: Pass, inputs: Inputs, outShape: readonly number[], attrs: Attrs) => tf.TensorInfo,
): Kernel {
  return defineKernel(kernelName, (backend: CudaBackend, inputs: Inputs, attrs: Attrs) => {
    const tensors = Object.values(inputs) as tf.TensorInfo[];
    const planned = tensors.every(({ dtype }) => dtype === "float32") ? plan(inputs, attrs) : undefined;
    if (planned === undefined) return backend.scripts.run(kernelName, inputs as tf.NamedTensorInfoMap, attrs);
    for (const tensor of tensors) backend.address(tensor);
    return run({ backend, kernel: kernelName, geometry: planned.geometry }, inputs, planned.outShape, attrs);
  });
}

type Forward = Present<tf.Conv2DInputs>;
type Input = Present<tf.Conv2DBackpropInputInputs>;
type Filter = Present<tf.Conv2DBackpropFilterInputs>;

const forward = (pass: Pass, { x, filter }: Forward, outShape: readonly number[]): tf.TensorInfo => {
  const y = pass.backend.output(outShape);
  convolve(pass, x, filter, y, { activation: 0, alpha: 0 });
  return y;
};

const input = (
  pass: Pass,
  { dy, filter }: Input,
  _: readonly number[],
  { inputShape }: { readonly inputShape: readonly number[] },
): tf.TensorInfo => {
  const dx = pass.backend.output(inputShape);
  inputGradient(pass, { dy, activation: 0 }, filter, dx);
  return dx;
};

const filter = (
  pass: Pass,
  { x, dy }: Filter,
  _: readonly number[],
  { filterShape }: { readonly filterShape: readonly number[] },
): tf.TensorInfo => {
  const dw = pass.backend.output(filterShape);
  weightGradient(pass, x, { dy, activation: 0 }, dw, undefined);
  return dw;
};

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

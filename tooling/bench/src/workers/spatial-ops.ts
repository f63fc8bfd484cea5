import {
  avgPool,
  conv2d,
  CONVOLUTION_INPUT_GRADIENT,
  CONVOLUTION_WEIGHT_GRADIENT,
  maxPool,
  POOL_GRADIENT,
  preferredLayout,
} from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import type { OpAttrs } from "../ops/case.ts";
import { imageShape, imagesOf, tensorOf } from "./values.ts";

/** Makes an operation's inputs and returns what one run does. */
export type PrepareOp = (attrs: OpAttrs) => () => tf.Tensor | tf.Tensor[] | undefined;

interface ConvolutionSizes {
  readonly input: readonly number[];
  readonly weight: readonly number[];
  readonly output: readonly number[];
  readonly stride: number;
  readonly padding: readonly number[];
  readonly dilation: number;
  readonly groups: number;
  readonly activation: "linear" | "relu" | "tanh";
}

interface PoolSizes {
  readonly kind: "max" | "avg";
  readonly input: readonly number[];
  readonly output: readonly number[];
  readonly size: number;
  readonly stride: number;
  readonly padding: number;
}

/** Convolution and pooling, in the layout that the backend wants, as a net's layers run them. */
export const spatialOps: Readonly<Record<string, PrepareOp>> = {
  "conv.forward"(attrs) {
    const { input, weight: shape, stride, padding, dilation, groups, activation } = sizes<ConvolutionSizes>(attrs);
    const x = imagesOf(input, 1) as tf.Tensor4D;
    const weight = tensorOf(shape, 2) as tf.Tensor4D;
    const bias = tensorOf(shape.slice(0, 1), 3);
    const options = { strides: stride, padding, dilation, groups, activation, layout: preferredLayout() };
    return () => conv2d(x, weight, bias, options);
  },
  "conv.inputGradient"(attrs) {
    const { input, weight: shape, output } = sizes<ConvolutionSizes>(attrs);
    const [dy, weight] = [imagesOf(output, 1), tensorOf(shape, 2)];
    const kernelAttrs = { ...geometry(attrs), inputShape: imageShape(input) };
    return () => tf.engine().runKernel(CONVOLUTION_INPUT_GRADIENT, { dy, weight }, kernelAttrs) as tf.Tensor;
  },
  "conv.weightGradient"(attrs) {
    const { input, weight: shape, output } = sizes<ConvolutionSizes>(attrs);
    const [x, dy] = [imagesOf(input, 1), imagesOf(output, 2)];
    const kernelAttrs = { ...geometry(attrs), weightShape: [...shape], withBias: false };
    return () => tf.engine().runKernel(CONVOLUTION_WEIGHT_GRADIENT, { x, dy }, kernelAttrs) as tf.Tensor;
  },
  "pool.forward"(attrs) {
    const { kind, input, size, stride, padding } = sizes<PoolSizes>(attrs);
    const x = imagesOf(input, 1);
    const options = { poolSize: size, strides: stride, padding, layout: preferredLayout() };
    return () => (kind === "max" ? maxPool(x, options) : avgPool(x, options));
  },
  "pool.gradient"(attrs) {
    const { kind, input, output, size, stride, padding } = sizes<PoolSizes>(attrs);
    const [dy, x] = [imagesOf(output, 1), imagesOf(input, 2)];
    const kernelAttrs = {
      kind,
      kernel: [size, size],
      strides: [stride, stride],
      padBegin: [padding, padding],
      padEnd: [padding, padding],
      outputSize: output.slice(2),
      countIncludePad: true,
    };
    return () => tf.engine().runKernel(POOL_GRADIENT, { dy, x }, kernelAttrs) as tf.Tensor;
  },
};

function geometry(attrs: OpAttrs) {
  const { stride, padding, dilation, groups } = sizes<ConvolutionSizes>(attrs);
  return {
    strides: [stride, stride],
    padBegin: [...padding],
    padEnd: [...padding],
    dilations: [dilation, dilation],
    groups,
    activation: "linear",
  };
}

/** Attributes travel as JSON; the case that has an operation's name has its attributes. */
function sizes<T>(attrs: OpAttrs): T {
  return attrs as T;
}

import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { CudaBackend } from "../cuda-backend.ts";
import { requireCountable } from "../matrix/size-error.ts";
import { depthwiseForward, depthwiseInputGradient, depthwiseWeightGradient } from "./depthwise.ts";
import { plannedForward, plannedInputGradient, plannedWeightGradient } from "./direct.ts";
import { isDepthwise, volume, type Geometry } from "./geometry.ts";

/** One convolution on one backend. */
export interface Pass {
  readonly backend: CudaBackend;
  /** Name of the kernel for people. */
  readonly kernel: string;
  readonly geometry: Geometry;
}

/** What a convolution is finished with. */
export interface Finish {
  /** `[cOut]` */
  readonly bias?: TensorInfo | undefined;
  /** Code of an activation, and its slope below 0 where it has one. */
  readonly activation: number;
  readonly alpha: number;
}

/** Where a gradient begins: at `dy`, and with a fused activation at its code and its result. */
export interface Gradient {
  readonly dy: TensorInfo;
  readonly y?: TensorInfo | undefined;
  readonly activation: number;
}

/** `y = activation(x * weight + bias)` */
export function convolve(pass: Pass, x: TensorInfo, weight: TensorInfo, y: TensorInfo, finish: Finish): void {
  const { kernel, geometry } = pass;
  requireCountable(kernel, x, weight, y);
  const { images, groups, outChannels, out } = geometry;
  if (images * groups * outChannels * volume(out) === 0) return;
  if (isDepthwise(geometry)) depthwiseForward(pass, x, weight, y, finish);
  else plannedForward(pass, x, weight, y, finish);
}

/** The gradient of x, to `dx`. */
export function inputGradient(pass: Pass, gradient: Gradient, weight: TensorInfo, dx: TensorInfo): void {
  const { kernel, geometry } = pass;
  requireCountable(kernel, gradient.dy, weight, dx);
  const { images, groups, inChannels, in: extents } = geometry;
  if (images * groups * inChannels * volume(extents) === 0) return;
  if (isDepthwise(geometry)) depthwiseInputGradient(pass, gradient, weight, dx);
  else plannedInputGradient(pass, gradient, weight, dx);
}

/** The gradient of the weight, to `dw`, and that of the bias, to `db`, if it is wanted. */
export function weightGradient(
  pass: Pass,
  x: TensorInfo,
  gradient: Gradient,
  dw: TensorInfo,
  db: TensorInfo | undefined,
): void {
  const { kernel, geometry } = pass;
  requireCountable(kernel, x, gradient.dy, dw);
  const { groups, inChannels, outChannels, taps } = geometry;
  if (groups * inChannels * outChannels * volume(taps) === 0) return;
  if (isDepthwise(geometry)) depthwiseWeightGradient(pass, x, gradient, dw, db);
  else plannedWeightGradient(pass, x, gradient, dw, db);
}

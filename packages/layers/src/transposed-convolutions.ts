import { type PerAxis, perAxis } from "@camada/conv-math";
import {
  conv1dTranspose,
  conv2dTranspose,
  conv3dTranspose,
  type Layout,
  type TransposedConvolutionOptions,
} from "@camada/tensor";
import type * as tf from "@tensorflow/tfjs-core";
import { ConvolutionLayer, type ConvolutionLayerOptions } from "./convolution-layer.ts";

/** Options of the transposed convolution layers. */
export interface TransposedConvolutionLayerOptions extends ConvolutionLayerOptions {
  /** Rows and columns added at the end of the output, per spatial axis, each below its stride; 0. */
  readonly outputPadding?: PerAxis | undefined;
}

/** Weight `[inChannels, channels / groups, ...kernelSize]`, common to one to three spatial axes. */
abstract class TransposedConvolution extends ConvolutionLayer {
  readonly outputPadding: readonly number[];

  constructor(axes: number, channels: number, options: TransposedConvolutionLayerOptions) {
    super(axes, channels, options);
    this.outputPadding = perAxis(this.typeName, "outputPadding", options.outputPadding ?? 0, axes, 0);
  }

  protected override weightShape(inChannels: number): number[] {
    return [inChannels, this.channels / this.groups, ...this.kernelSize];
  }

  protected override operationOptions(layout: Layout): TransposedConvolutionOptions {
    return { ...super.operationOptions(layout), outputPadding: this.outputPadding };
  }
}

/**
 * Transposed convolution over one spatial axis: `[n, cIn, w]` to `[n, channels, ow]`.
 * @see {@link conv1dTranspose}; MXNet 1.4.1, `nn.Conv1DTranspose`.
 */
export class Conv1DTranspose extends TransposedConvolution {
  /** @param channels of the output. */
  constructor(channels: number, options: TransposedConvolutionLayerOptions) {
    super(1, channels, options);
  }

  override get typeName(): string {
    return "Conv1DTranspose";
  }

  protected override convolve(x: tf.Tensor, layout: Layout): tf.Tensor {
    const weight = this.weight.data() as tf.Tensor as tf.Tensor3D;
    return conv1dTranspose(x as tf.Tensor3D, weight, this.bias?.data(), this.operationOptions(layout));
  }
}

/**
 * Transposed convolution of images: `[n, cIn, h, w]` to `[n, channels, oh, ow]`, with
 * `oh = sh · (h − 1) + dh · (kh − 1) + 1 − 2 · ph + outputPadding`.
 * @see {@link conv2dTranspose}; MXNet 1.4.1, `nn.Conv2DTranspose`.
 */
export class Conv2DTranspose extends TransposedConvolution {
  /** @param channels of the output. */
  constructor(channels: number, options: TransposedConvolutionLayerOptions) {
    super(2, channels, options);
  }

  override get typeName(): string {
    return "Conv2DTranspose";
  }

  protected override convolve(x: tf.Tensor, layout: Layout): tf.Tensor {
    const weight = this.weight.data() as tf.Tensor as tf.Tensor4D;
    return conv2dTranspose(x as tf.Tensor4D, weight, this.bias?.data(), this.operationOptions(layout));
  }
}

/**
 * Transposed convolution of volumes: `[n, cIn, d, h, w]` to `[n, channels, od, oh, ow]`.
 * @see {@link conv3dTranspose}; MXNet 1.4.1, `nn.Conv3DTranspose`.
 */
export class Conv3DTranspose extends TransposedConvolution {
  /** @param channels of the output. */
  constructor(channels: number, options: TransposedConvolutionLayerOptions) {
    super(3, channels, options);
  }

  override get typeName(): string {
    return "Conv3DTranspose";
  }

  protected override convolve(x: tf.Tensor, layout: Layout): tf.Tensor {
    const weight = this.weight.data() as tf.Tensor as tf.Tensor5D;
    return conv3dTranspose(x as tf.Tensor5D, weight, this.bias?.data(), this.operationOptions(layout));
  }
}

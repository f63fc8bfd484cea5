import { conv1d, conv2d, conv3d, type Layout } from "@camada/tensor";
import type * as tf from "@tensorflow/tfjs-core";
import { ConvolutionLayer, type ConvolutionLayerOptions } from "./convolution-layer.ts";

/** Weight `[channels, inChannels / groups, ...kernelSize]`, common to one to three spatial axes. */
abstract class Convolution extends ConvolutionLayer {
  protected override weightShape(inChannels: number): number[] {
    return [this.channels, inChannels / this.groups, ...this.kernelSize];
  }
}

/**
 * Convolution over one spatial axis: `[n, cIn, w]` to `[n, channels, ow]`. A cross-correlation, the kernel is not
 * flipped.
 * @see {@link conv1d} for the formula; MXNet 1.4.1, `nn.Conv1D`.
 */
export class Conv1D extends Convolution {
  /** @param channels of the output. */
  constructor(channels: number, options: ConvolutionLayerOptions) {
    super(1, channels, options);
  }

  override get typeName(): string {
    return "Conv1D";
  }

  protected override convolve(x: tf.Tensor, layout: Layout): tf.Tensor {
    const weight = this.weight.data() as tf.Tensor as tf.Tensor3D;
    return conv1d(x as tf.Tensor3D, weight, this.bias?.data(), this.operationOptions(layout));
  }
}

/**
 * Convolution of images: `[n, cIn, h, w]` to `[n, channels, oh, ow]`. A cross-correlation, the kernel is not flipped.
 * @see {@link conv2d} for the formula; MXNet 1.4.1, `nn.Conv2D`.
 */
export class Conv2D extends Convolution {
  /** @param channels of the output. */
  constructor(channels: number, options: ConvolutionLayerOptions) {
    super(2, channels, options);
  }

  override get typeName(): string {
    return "Conv2D";
  }

  protected override convolve(x: tf.Tensor, layout: Layout): tf.Tensor {
    const weight = this.weight.data() as tf.Tensor as tf.Tensor4D;
    return conv2d(x as tf.Tensor4D, weight, this.bias?.data(), this.operationOptions(layout));
  }
}

/**
 * Convolution of volumes: `[n, cIn, d, h, w]` to `[n, channels, od, oh, ow]`. A cross-correlation, the kernel is not
 * flipped.
 * @see {@link conv3d} for the formula; MXNet 1.4.1, `nn.Conv3D`.
 */
export class Conv3D extends Convolution {
  /** @param channels of the output. */
  constructor(channels: number, options: ConvolutionLayerOptions) {
    super(3, channels, options);
  }

  override get typeName(): string {
    return "Conv3D";
  }

  protected override convolve(x: tf.Tensor, layout: Layout): tf.Tensor {
    const weight = this.weight.data() as tf.Tensor as tf.Tensor5D;
    return conv3d(x as tf.Tensor5D, weight, this.bias?.data(), this.operationOptions(layout));
  }
}

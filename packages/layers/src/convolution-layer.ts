import { type PerAxis, perAxis, requireInteger, ShapeError } from "@camada/conv-math";
import { channelAxis, preferredLayout, type Activation, type ConvolutionOptions, type Layout } from "@camada/tensor";
import type * as tf from "@tensorflow/tfjs-core";
import type { BlockOptions } from "./block.ts";
import type { Initializer, InitializerName } from "./initializer.ts";
import { LayoutAwareBlock } from "./layout-aware-block.ts";
import type { Parameter } from "./parameter.ts";
import { inLayout, type PlacedBatch } from "./placed-batch.ts";
import { tupleText } from "./python-text.ts";
import { requireRank } from "./shape.ts";

/** Options of the convolution layers. One number stands for all spatial axes. */
export interface ConvolutionLayerOptions extends BlockOptions {
  /** Extent of the filters, per spatial axis. */
  readonly kernelSize: PerAxis;
  /** Step of the window, per spatial axis; 1. */
  readonly strides?: PerAxis | undefined;
  /** Zeros added on **each** side, per spatial axis; 0. */
  readonly padding?: PerAxis | undefined;
  /** Distance between neighbouring taps of the filters, per spatial axis; 1. */
  readonly dilation?: PerAxis | undefined;
  /** Slices that channels are cut into, each convolved by itself; 1. */
  readonly groups?: number | undefined;
  /** Applied after the bias; none. */
  readonly activation?: Activation | undefined;
  /** True. */
  readonly useBias?: boolean | undefined;
  /** None: the one given to `initialize`. */
  readonly weightInitializer?: Initializer | InitializerName | undefined;
  /** `zeros`. */
  readonly biasInitializer?: Initializer | InitializerName | undefined;
  /** Channels of the input; 0: taken from the first batch. */
  readonly inChannels?: number | undefined;
}

/** What convolutions and transposed convolutions share. */
export abstract class ConvolutionLayer extends LayoutAwareBlock {
  readonly channels: number;
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
  readonly groups: number;
  readonly activation: Activation;
  readonly weight: Parameter;
  readonly bias: Parameter | undefined;

  /** @param axes number of spatial axes. */
  constructor(axes: number, channels: number, options: ConvolutionLayerOptions) {
    super({ ...options, hint: options.hint ?? "conv" });
    const op = this.typeName;
    this.channels = requireInteger(op, "channels", channels, 1);
    this.kernelSize = perAxis(op, "kernelSize", options.kernelSize, axes);
    this.strides = perAxis(op, "strides", options.strides ?? 1, axes);
    this.padding = perAxis(op, "padding", options.padding ?? 0, axes, 0);
    this.dilation = perAxis(op, "dilation", options.dilation ?? 1, axes);
    this.groups = requireInteger(op, "groups", options.groups ?? 1, 1);
    this.activation = options.activation ?? "linear";
    if (channels % this.groups !== 0) {
      throw new ShapeError(op, `groups to divide ${channels} output channels`, String(this.groups));
    }
    this.weight = this.parameter("weight", {
      shape: this.weightShape(options.inChannels ?? 0),
      initializer: options.weightInitializer,
    });
    const { useBias = true, biasInitializer = "zeros" } = options;
    this.bias = useBias ? this.parameter("bias", { shape: [channels], initializer: biasInitializer }) : undefined;
  }

  /** Shape of the weight for so many input channels, 0 for a number not known yet. */
  protected abstract weightShape(inChannels: number): number[];

  /** The operation on a batch in the given layout, the layer's activation included. */
  protected abstract convolve(x: tf.Tensor, layout: Layout): tf.Tensor;

  protected override inferShapes(inputShape: readonly number[]): void {
    const rank = this.kernelSize.length + 2;
    requireRank(this.typeName, inputShape, rank);
    const inChannels = inputShape[channelAxis(rank, "NCHW")]!;
    if (inChannels % this.groups !== 0) {
      throw new ShapeError(this.typeName, `groups to divide ${inChannels} input channels`, String(this.groups));
    }
    this.weight.inferShape(this.weightShape(inChannels));
  }

  protected override computeIn(batch: PlacedBatch): PlacedBatch {
    const layout = preferredLayout();
    return { x: this.convolve(inLayout(batch, layout), layout), layout };
  }

  /** Options of the operation in tensor's words. */
  protected operationOptions(layout: Layout): ConvolutionOptions {
    const { strides, padding, dilation, groups, activation } = this;
    return { strides, padding, dilation, groups, activation, layout };
  }

  /**
   * Gluon's printed form, e.g. `Conv2D(None -> 6, kernel_size=(5, 5), stride=(1, 1), Activation(tanh))`. The numbers
   * around the arrow are, as there, the weight's axes 1 and 0, which are channels only without groups and transposition.
   */
  override toString(): string {
    const [first, second] = this.weight.shape as [number, number];
    const parts = [
      `${second || "None"} -> ${first}`,
      `kernel_size=${tupleText(this.kernelSize)}`,
      `stride=${tupleText(this.strides)}`,
    ];
    if (this.padding.some((p) => p !== 0)) parts.push(`padding=${tupleText(this.padding)}`);
    if (this.dilation.some((d) => d !== 1)) parts.push(`dilation=${tupleText(this.dilation)}`);
    if (this.groups !== 1) parts.push(`groups=${this.groups}`);
    if (this.bias === undefined) parts.push("bias=False");
    if (this.activation !== "linear") parts.push(`Activation(${this.activation})`);
    return `${this.typeName}(${parts.join(", ")})`;
  }
}

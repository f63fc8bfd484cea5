import { type PoolingLayerOptions, MaxPooling } from "./pooling-layer.ts";

/**
 * Largest element of each window over one spatial axis: `[n, c, w]` to `[n, c, ow]`.
 * @see `maxPool` of `@camada/tensor` for the formula; MXNet 1.4.1, `nn.MaxPool1D`.
 */
export class MaxPool1D extends MaxPooling {
  constructor(options: PoolingLayerOptions = {}) {
    super(1, options);
  }

  override get typeName(): string {
    return "MaxPool1D";
  }
}

/**
 * Largest element of each window over images: `[n, c, h, w]` to `[n, c, oh, ow]`.
 * @see `maxPool` of `@camada/tensor` for the formula; MXNet 1.4.1, `nn.MaxPool2D`.
 */
export class MaxPool2D extends MaxPooling {
  constructor(options: PoolingLayerOptions = {}) {
    super(2, options);
  }

  override get typeName(): string {
    return "MaxPool2D";
  }
}

/**
 * Largest element of each window over volumes: `[n, c, d, h, w]` to `[n, c, od, oh, ow]`.
 * @see `maxPool` of `@camada/tensor` for the formula; MXNet 1.4.1, `nn.MaxPool3D`.
 */
export class MaxPool3D extends MaxPooling {
  constructor(options: PoolingLayerOptions = {}) {
    super(3, options);
  }

  override get typeName(): string {
    return "MaxPool3D";
  }
}

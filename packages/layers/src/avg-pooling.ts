import { type AvgPoolingLayerOptions, AvgPooling } from "./pooling-layer.ts";

/**
 * Mean of each window over one spatial axis: `[n, c, w]` to `[n, c, ow]`.
 * @see `avgPool` of `@camada/tensor` for the formula; MXNet 1.4.1, `nn.AvgPool1D`.
 */
export class AvgPool1D extends AvgPooling {
  constructor(options: AvgPoolingLayerOptions = {}) {
    super(1, options);
  }

  override get typeName(): string {
    return "AvgPool1D";
  }
}

/**
 * Mean of each window over images: `[n, c, h, w]` to `[n, c, oh, ow]`.
 * @see `avgPool` of `@camada/tensor` for the formula; MXNet 1.4.1, `nn.AvgPool2D`.
 */
export class AvgPool2D extends AvgPooling {
  constructor(options: AvgPoolingLayerOptions = {}) {
    super(2, options);
  }

  override get typeName(): string {
    return "AvgPool2D";
  }
}

/**
 * Mean of each window over volumes: `[n, c, d, h, w]` to `[n, c, od, oh, ow]`.
 * @see `avgPool` of `@camada/tensor` for the formula; MXNet 1.4.1, `nn.AvgPool3D`.
 */
export class AvgPool3D extends AvgPooling {
  constructor(options: AvgPoolingLayerOptions = {}) {
    super(3, options);
  }

  override get typeName(): string {
    return "AvgPool3D";
  }
}

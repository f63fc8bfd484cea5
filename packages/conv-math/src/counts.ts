import { type PerAxis, requireInteger, requireSpatialShape, show, sizeOf } from "./axes.ts";
import { ShapeError } from "./errors.ts";
import {
  convolutionShape,
  type ConvolutionOptions,
  convolutionWeightShape,
  type PoolOptions,
  poolShape,
  type TransposedConvolutionOptions,
  transposedConvolutionShape,
  transposedConvolutionWeightShape,
} from "./shapes.ts";

interface ConvolutionDescription {
  /** Output channels. */
  readonly channels: number;
  readonly kernelSize: PerAxis;
  /** Default true. */
  readonly useBias?: boolean | undefined;
}

/** A layer as far as its cost goes. Activations cost no parameter and no multiply-add, and keep the shape. */
export type LayerDescription =
  | ({ readonly kind: "convolution" } & ConvolutionDescription & ConvolutionOptions)
  | ({ readonly kind: "transposedConvolution" } & ConvolutionDescription & TransposedConvolutionOptions)
  | ({ readonly kind: "maxPool" | "avgPool" } & PoolOptions)
  | { readonly kind: "globalMaxPool" | "globalAvgPool" }
  | { readonly kind: "flatten" }
  | { readonly kind: "dense"; readonly units: number; readonly useBias?: boolean | undefined };

/** What one layer costs in its forward pass, for the batch in its shapes. */
export interface LayerCost {
  readonly inputShape: readonly number[];
  readonly outputShape: readonly number[];
  /** Undefined for a layer without weight. */
  readonly weightShape: readonly number[] | undefined;
  /** Elements of weight and bias. */
  readonly parameters: number;
  /** Products with a weight, padding zeros included. Bias, pooling and activations add none. */
  readonly multiplyAdds: number;
  /** `2 multiplyAdds`, one more per output with a bias; pooling: one per element of a window, one more for the average. */
  readonly flops: number;
  /** Memory of weight and bias, in bytes. */
  readonly parameterBytes: number;
  /** Memory of the output, in bytes; 0 for flatten, which shares its input's. */
  readonly activationBytes: number;
}

/** What a stack of layers costs: each layer, and the sums over them. */
export interface NetworkCost {
  readonly layers: readonly LayerCost[];
  readonly outputShape: readonly number[];
  readonly parameters: number;
  readonly multiplyAdds: number;
  readonly flops: number;
  readonly parameterBytes: number;
  /** All outputs together, as training keeps them; without the input. */
  readonly activationBytes: number;
}

/**
 * Cost of one layer.
 *
 * Convolution: `cOut (cIn / groups) prod(kernel)` weights, each used once per output position and image. Transposed: as
 * many weights, each used once per **input** position and image. Dense: `units inUnits` weights, each used once per image.
 *
 * @param inputShape `[n, c, ...spatial]`, or for dense any `[n, ...]` (all axes but the first are taken together).
 * @param layer What the layer is.
 * @param options `bytesPerElement`, default 4 (float32).
 * @throws ShapeError when the layer does not fit the input.
 */
export function layerCost(
  inputShape: readonly number[],
  layer: LayerDescription,
  options: { readonly bytesPerElement?: number | undefined } = {},
): LayerCost {
  const op = layer.kind;
  const bytesPerElement = requireInteger(op, "bytesPerElement", options.bytesPerElement ?? 4, 1);
  const { outputShape, weightShape, biasLength = 0, uses = 0, poolFlops = 0 } = measure(op, inputShape, layer);
  const weights = weightShape === undefined ? 0 : sizeOf(weightShape);
  const outputs = sizeOf(outputShape);
  const parameters = weights + biasLength;
  const multiplyAdds = weights * uses;
  return {
    inputShape: [...inputShape],
    outputShape,
    weightShape,
    parameters,
    multiplyAdds,
    flops: 2 * multiplyAdds + (biasLength > 0 ? outputs : 0) + poolFlops * outputs,
    parameterBytes: parameters * bytesPerElement,
    activationBytes: layer.kind === "flatten" ? 0 : outputs * bytesPerElement,
  };
}

/**
 * Cost of layers that follow one another.
 *
 * @param inputShape Shape of the first layer's input, batch included.
 * @param layers In the order of the data.
 * @param options `bytesPerElement`, default 4 (float32).
 * @throws ShapeError when a layer does not fit the output of the one before.
 * @see lesson, cells T5 and T10
 */
export function networkCost(
  inputShape: readonly number[],
  layers: readonly LayerDescription[],
  options: { readonly bytesPerElement?: number | undefined } = {},
): NetworkCost {
  let shape: readonly number[] = [...inputShape];
  const costs = layers.map((layer) => {
    const cost = layerCost(shape, layer, options);
    shape = cost.outputShape;
    return cost;
  });
  const total = (key: "parameters" | "multiplyAdds" | "flops" | "parameterBytes" | "activationBytes") =>
    costs.reduce((sum, cost) => sum + cost[key], 0);
  return {
    layers: costs,
    outputShape: shape,
    parameters: total("parameters"),
    multiplyAdds: total("multiplyAdds"),
    flops: total("flops"),
    parameterBytes: total("parameterBytes"),
    activationBytes: total("activationBytes"),
  };
}

interface Measure {
  readonly outputShape: readonly number[];
  readonly weightShape?: readonly number[];
  readonly biasLength?: number;
  /** How often each weight is multiplied. */
  readonly uses?: number;
  /** Operations per output of a pooling. */
  readonly poolFlops?: number;
}

function measure(op: string, inputShape: readonly number[], layer: LayerDescription): Measure {
  switch (layer.kind) {
    case "convolution": {
      requireSpatialShape(op, "the input", "[n, c, ...spatial]", inputShape);
      const weightShape = convolutionWeightShape(inputShape[1]!, layer, inputShape.length - 2, op);
      const outputShape = convolutionShape(inputShape, weightShape, layer, op);
      const uses = outputShape[0]! * sizeOf(outputShape.slice(2));
      return { outputShape, weightShape, biasLength: biasLength(layer, layer.channels), uses };
    }
    case "transposedConvolution": {
      requireSpatialShape(op, "the input", "[n, c, ...spatial]", inputShape);
      const weightShape = transposedConvolutionWeightShape(inputShape[1]!, layer, inputShape.length - 2, op);
      const outputShape = transposedConvolutionShape(inputShape, weightShape, layer, op);
      const uses = inputShape[0]! * sizeOf(inputShape.slice(2));
      return { outputShape, weightShape, biasLength: biasLength(layer, layer.channels), uses };
    }
    case "maxPool":
    case "avgPool": {
      const outputShape = poolShape(inputShape, layer, op);
      const axes = inputShape.length - 2;
      const window = typeof layer.poolSize === "number" ? layer.poolSize ** axes : sizeOf(layer.poolSize);
      return { outputShape, poolFlops: layer.kind === "avgPool" ? window + 1 : window };
    }
    case "globalMaxPool":
    case "globalAvgPool": {
      requireSpatialShape(op, "the input", "[n, c, ...spatial]", inputShape);
      const [n, c, ...spatial] = inputShape as [number, number, ...number[]];
      return {
        outputShape: [n, c, ...spatial.map(() => 1)],
        poolFlops: sizeOf(spatial) + (layer.kind === "globalAvgPool" ? 1 : 0),
      };
    }
    case "flatten":
      return { outputShape: collapse(op, inputShape) };
    case "dense": {
      const [n, inUnits] = collapse(op, inputShape);
      const units = requireInteger(op, "units", layer.units, 1);
      return { outputShape: [n, units], weightShape: [units, inUnits], biasLength: biasLength(layer, units), uses: n };
    }
    default:
      throw new ShapeError("layerCost", "a known kind of layer", show((layer as LayerDescription).kind));
  }
}

function biasLength(layer: { readonly useBias?: boolean | undefined }, channels: number): number {
  return (layer.useBias ?? true) ? channels : 0;
}

function collapse(op: string, shape: readonly number[]): [number, number] {
  const [n, ...rest] = shape;
  if (n === undefined || rest.length === 0 || !shape.every((size) => Number.isSafeInteger(size) && size > 0)) {
    throw new ShapeError(op, "the input to be [n, ...] of rank 2 or more, all at least 1", show([...shape]));
  }
  return [n, sizeOf(rest)];
}

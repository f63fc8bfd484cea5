import { networkCost, sizeOf } from "@camada/conv-math";
import { type AnyBlock, Conv2D, Dense, Flatten, GlobalAvgPool2D, MaxPool2D, Sequential } from "@camada/layers";
import type { NetDescription, NetLayer } from "../net/description.ts";

/**
 * The described net in `@camada/layers`.
 * @param net to build
 * @param weights all parameters one after the other, as {@link initialWeights} gives them
 */
export function buildNet(net: NetDescription, weights: Float32Array): Sequential {
  const built = new Sequential();
  built.add(...net.layers.map(block));
  const shapes = networkCost([1, ...net.inputShape], net.layers).layers.flatMap(({ weightShape }) => {
    return weightShape === undefined ? [] : [weightShape, weightShape.slice(0, 1)];
  });
  let at = 0;
  for (const [i, parameter] of [...built.structuralParams().values()].entries()) {
    const shape = shapes[i] ?? [];
    const end = at + sizeOf(shape);
    parameter.setData({ data: weights.subarray(at, end), shape });
    at = end;
  }
  return built;
}

function block(layer: NetLayer): AnyBlock {
  switch (layer.kind) {
    case "convolution":
      return new Conv2D(layer.channels, layer);
    case "maxPool":
      return new MaxPool2D(layer);
    case "globalAvgPool":
      return new GlobalAvgPool2D();
    case "flatten":
      return new Flatten();
    case "dense":
      return new Dense(layer.units, layer);
  }
}

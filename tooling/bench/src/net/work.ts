import { networkCost } from "@camada/conv-math";
import type { NetDescription } from "./description.ts";

/**
 * Floating-point operations of one training step in the products with weights: forward, gradient of the weights, and
 * gradient of the input, which the first layer does not need. Each takes `2 multiplyAdds`. Activations, pooling, bias
 * and update are not counted.
 * @param net to train
 * @param batch samples of the step
 */
export function trainingFlops(net: NetDescription, batch: number): number {
  const { layers } = networkCost([batch, ...net.inputShape], net.layers);
  const first = layers.find(({ multiplyAdds }) => multiplyAdds > 0)?.multiplyAdds ?? 0;
  return 3 * forwardFlops(net, batch) - 2 * first;
}

/**
 * Floating-point operations of the forward pass in the products with weights, `2 multiplyAdds`.
 * @param net to run
 * @param batch samples
 */
export function forwardFlops({ inputShape, layers }: NetDescription, batch: number): number {
  return 2 * networkCost([batch, ...inputShape], layers).multiplyAdds;
}

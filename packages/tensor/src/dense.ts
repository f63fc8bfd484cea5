import { ShapeError, shapeText } from "@camada/conv-math";
import type { Tensor, Tensor2D } from "@tensorflow/tfjs-core";
import { requireActivation } from "./activation.ts";
import { runAffine } from "./affine.ts";
import { requireBias } from "./convolution.ts";
import { DENSE, type Activation } from "./kernels.ts";

/**
 * Fully connected layer: `y = activation(x · weightᵀ + bias)`.
 * @param x `[n, inUnits]`
 * @param weight `[units, inUnits]`
 * @param bias `[units]`, or none.
 * @param activation applied after the bias, fused where the backend can; `linear`.
 * @returns `[n, units]`
 * @throws {ShapeError} when shapes do not fit, or there is no such activation.
 * @see MXNet 1.4.1, `mx.nd.FullyConnected`.
 */
export function dense(x: Tensor2D, weight: Tensor2D, bias?: Tensor, activation: Activation = "linear"): Tensor2D {
  requireActivation("dense", activation);
  const context = () => `x is ${shapeText(x.shape)}, weight is ${shapeText(weight.shape)}`;
  if (x.rank !== 2 || weight.rank !== 2) {
    throw new ShapeError("dense", "x and weight of rank 2", `ranks ${x.rank} and ${weight.rank}`, context());
  }
  const [units, inUnits] = weight.shape;
  if (x.shape[1] !== inUnits) {
    throw new ShapeError("dense", `weight to have ${x.shape[1]} input units (axis 1)`, String(inUnits), context());
  }
  requireBias("dense", bias, units);
  return runAffine(DENSE, { x, weight, bias }, { activation }, 1) as Tensor2D;
}

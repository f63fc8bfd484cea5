import { ShapeError } from "@camada/conv-math";
import * as tf from "@tensorflow/tfjs-core";
import type { Activation } from "./kernels.ts";

/** Every {@link Activation}, in the order of Gluon's documentation, the identity first. */
export const activations = ["linear", "relu", "sigmoid", "tanh", "softrelu", "softsign"] as const;

/**
 * Applies an activation element by element.
 *
 * `relu` max(x, 0) · `sigmoid` 1 / (1 + e⁻ˣ) · `tanh` · `softrelu` ln(1 + eˣ) · `softsign` x / (1 + |x|) · `linear` x.
 * @param x any shape.
 * @returns the shape of `x`.
 * @throws {ShapeError} when the kind is not one of {@link activations}.
 * @see MXNet 1.4.1, `mx.nd.Activation`.
 */
export function activation<T extends tf.Tensor>(x: T, kind: Activation): T {
  switch (kind) {
    case "linear":
      return x;
    case "relu":
      return tf.relu(x);
    case "sigmoid":
      return tf.sigmoid(x);
    case "tanh":
      return tf.tanh(x);
    case "softrelu":
      return tf.softplus(x);
    case "softsign":
      return tf.tidy(() => tf.div(x, tf.add(1, tf.abs(x))));
    default:
      throw unknown("activation", kind);
  }
}

/** @throws {ShapeError} when there is no such activation: kernels are given a number for it and cannot tell. */
export function requireActivation(op: string, kind: Activation): void {
  if (!activations.includes(kind)) throw unknown(op, kind);
}

function unknown(op: string, kind: unknown): ShapeError {
  return new ShapeError(op, `an activation among ${activations.join(", ")}`, String(kind));
}

import type { RandomCase } from "./random-case.ts";

/** Gluon's activations and the identity. */
export type ActivationName = "linear" | "relu" | "sigmoid" | "tanh" | "softrelu" | "softsign";

/** Gluon's activations in float64. */
export const ACTIVATIONS: Readonly<Record<ActivationName, (z: number) => number>> = {
  linear: (z) => z,
  relu: (z) => (z > 0 ? z : 0),
  sigmoid: (z) => 1 / (1 + Math.exp(-z)),
  tanh: Math.tanh,
  softrelu: (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))),
  softsign: (z) => z / (1 + Math.abs(z)),
};

/** Their derivatives, through the activated value. None is above 1. */
export const SLOPES: Readonly<Record<ActivationName, (y: number) => number>> = {
  linear: () => 1,
  relu: (y) => (y > 0 ? 1 : 0),
  sigmoid: (y) => y * (1 - y),
  tanh: (y) => 1 - y * y,
  softrelu: (y) => -Math.expm1(-y),
  softsign: (y) => (1 - Math.abs(y)) ** 2,
};

export const ACTIVATION_NAMES = Object.keys(ACTIVATIONS) as ActivationName[];

/** Values that an activation can have, for gradients that start from them. */
export function activatedValues(random: RandomCase, activation: ActivationName, count: number): Float32Array {
  const values = random.floats(count);
  if (activation === "linear" || activation === "tanh" || activation === "softsign") return values;
  if (activation === "relu") return values.map((value) => Math.max(value, 0));
  return values.map(Math.abs);
}

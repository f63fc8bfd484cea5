import type { Activation } from "@camada/tensor";

/** Numbers of the kinds, as in `assembly/activation.ts`. */
export const ACTIVATION_CODES: Readonly<Record<Activation, number>> = {
  linear: 0,
  relu: 1,
  sigmoid: 2,
  tanh: 3,
  softrelu: 4,
  softsign: 5,
};

/** Adding it changes no number, unlike adding 0, which turns -0 into 0. */
export const NO_BIAS = -0;

/** Numbers of the activations that kernels fuse, as in `kernels/fused-activation.cuh`: Camada's, then tfjs's. */
export const ACTIVATION_CODES = {
  linear: 0,
  relu: 1,
  sigmoid: 2,
  tanh: 3,
  softrelu: 4,
  softsign: 5,
  relu6: 6,
  elu: 7,
  leakyrelu: 8,
} as const;

/** An activation that kernels fuse. */
export type FusedActivation = keyof typeof ACTIVATION_CODES;

/** Whether kernels fuse tfjs's activation of this name. */
export function isFused(name: string): name is FusedActivation {
  return Object.hasOwn(ACTIVATION_CODES, name);
}

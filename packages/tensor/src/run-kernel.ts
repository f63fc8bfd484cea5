import * as tf from "@tensorflow/tfjs-core";
import { preferredLayout } from "./backend.ts";
import { registerComposedKernels } from "./composed.ts";
import { registerGradients } from "./gradients.ts";
import { invoke, invokeAll, type KernelInputs } from "./invoke.ts";

const prepared = new Set<string>();

/** Programs that set a tfjs backend themselves, without `useBackend`, get our kernels and gradients here. */
function ensureRegistered(): void {
  const tfBackend = tf.getBackend();
  if (prepared.has(tfBackend)) return;
  prepared.add(tfBackend);
  registerComposedKernels(tfBackend, preferredLayout);
  registerGradients();
}

/** Runs a kernel of ours that has one output, composing it first where the active tfjs backend lacks it. */
export function runKernel(name: string, inputs: KernelInputs, attrs: object = {}): tf.Tensor {
  ensureRegistered();
  return invoke(name, inputs, attrs);
}

/** {@link runKernel} for several outputs. */
export function runKernelAll(name: string, inputs: KernelInputs, attrs: object = {}): tf.Tensor[] {
  ensureRegistered();
  return invokeAll(name, inputs, attrs);
}

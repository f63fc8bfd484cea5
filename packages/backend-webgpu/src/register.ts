import * as tf from "@tensorflow/tfjs-core";
import { kernels } from "./kernels/index.ts";

/** The name under which tfjs's kernels for WebGPU register themselves when they are loaded. */
const STOCK = "webgpu";

/** Registers, for one tfjs backend name, our kernels, and for what is left tfjs's; again changes nothing. */
export function registerKernels(backendName: string): void {
  const ours = new Map(kernels.map((kernel) => [kernel.kernelName, kernel]));
  const all = new Map([
    ...tf.getKernelsForBackend(STOCK).map((kernel) => [kernel.kernelName, kernel] as const),
    ...ours,
  ]);
  for (const kernel of all.values()) {
    // tfjs prints a warning when a name is taken, as it is after `tf.removeBackend`.
    if (tf.getKernel(kernel.kernelName, backendName) !== undefined) continue;
    tf.registerKernel({ ...kernel, backendName });
  }
}

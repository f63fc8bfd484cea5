import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import type { CudaBackend } from "./cuda-backend.ts";
import { deviceKernels } from "./device-kernels.ts";

/** Registers, for one tfjs backend name, our kernels, and for what is left tfjs's JavaScript kernels on copies. */
export function registerKernels(backendName: string): void {
  const kernels = new Map<string, Omit<tf.KernelConfig, "backendName">>();
  for (const { kernelName } of tf.getKernelsForBackend("cpu")) {
    const kernelFunc: tf.KernelFunc = ({ inputs, backend, attrs }) =>
      (backend as CudaBackend).scripts.run(kernelName, inputs, attrs);
    kernels.set(kernelName, { kernelName, kernelFunc });
  }
  for (const kernel of deviceKernels) kernels.set(kernel.kernelName, kernel);
  for (const kernel of kernels.values()) {
    // tfjs prints a warning when a name is taken, as it is after `tf.removeBackend`.
    if (tf.getKernel(kernel.kernelName, backendName) !== undefined) {
      tf.unregisterKernel(kernel.kernelName, backendName);
    }
    tf.registerKernel({ ...kernel, backendName });
  }
}

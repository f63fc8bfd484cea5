import * as tf from "@tensorflow/tfjs-core";
import { preferredLayout } from "../src/index.ts";
import { registerComposedKernels } from "../src/composed.ts";

/** Runs `body` with the composed forms of some kernels in the place of the active backend's own. */
export function withComposed<T>(kernelNames: readonly string[], body: () => T): T {
  const backendName = tf.getBackend();
  const own = kernelNames.map((kernelName) => tf.getKernel(kernelName, backendName));
  for (const kernelName of kernelNames) tf.unregisterKernel(kernelName, backendName);
  registerComposedKernels(backendName, preferredLayout);
  try {
    return body();
  } finally {
    for (const [i, kernelName] of kernelNames.entries()) {
      tf.unregisterKernel(kernelName, backendName);
      tf.registerKernel(own[i]!);
    }
  }
}

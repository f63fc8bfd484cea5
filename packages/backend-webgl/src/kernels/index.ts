import * as tf from "@tensorflow/tfjs-core";
import { denseKernel } from "./dense.ts";
import { padKernel } from "./pad.ts";
import { tanhKernel } from "./tanh.ts";
import { updateKernels } from "./update.ts";

/** Kernels of ours, some in the place of tfjs's. */
export function registerOwnKernels(backendName: string): void {
  for (const { kernelName, kernelFunc } of [denseKernel, padKernel, tanhKernel, ...updateKernels]) {
    if (tf.getKernel(kernelName, backendName) !== undefined) tf.unregisterKernel(kernelName, backendName);
    tf.registerKernel({ kernelName, backendName, kernelFunc });
  }
}

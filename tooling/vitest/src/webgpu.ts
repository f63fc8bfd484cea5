import { webgpu } from "@camada/backend-webgpu";
import { useBackend } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach } from "vitest";

/** Every test file of the projects `webgpu` and `webgpu-node` runs on WebGPU, in software where there is no GPU. */
await useBackend(webgpu({ allowSoftware: true }));
// Otherwise tfjs computes small tensors in JavaScript, and the device goes untested.
tf.env().set("WEBGPU_CPU_FORWARD", false);

// Of the grids of sizes every seventh row: all kernels, strides, paddings, dilations and groups are among them.
Object.assign(globalThis, { camadaGridStep: 7 });

// A device does not throw where a kernel cannot be compiled or started: it computes nothing, and memory keeps what it held.
let device: GPUDevice | undefined;
beforeEach(() => {
  device = (tf.backend() as unknown as { readonly device?: GPUDevice }).device;
  device?.pushErrorScope("validation");
});
afterEach(async () => {
  const error = await device?.popErrorScope();
  if (error) throw new Error(`the device refused a kernel: ${error.message}`);
});

import { webgpu } from "@camada/backend-webgpu";
import { useBackend } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";

/** Every test file of the projects `webgpu` and `webgpu-node` runs on WebGPU, in software where there is no GPU. */
await useBackend(webgpu({ allowSoftware: true }));
// Otherwise tfjs computes small tensors in JavaScript, and the device goes untested.
tf.env().set("WEBGPU_CPU_FORWARD", false);

// Of the grids of sizes every seventh row: all kernels, strides, paddings, dilations and groups are among them.
Object.assign(globalThis, { camadaGridStep: 7 });

import "@tensorflow/tfjs-backend-webgpu";
import * as tf from "@tensorflow/tfjs-core";

/** tfjs's WebGPU as it is published. */
export async function startStockWebgpu(): Promise<string> {
  if (!(await tf.setBackend("webgpu"))) throw new Error("tfjs could not start its WebGPU backend");
  return "webgpu";
}

import { webgpu } from "@camada/backend-webgpu";
import type { BackendInfo } from "@camada/tensor";

/** Starts the WebGPU backend inside a bundle, in software where there is no GPU. */
export function activate(): Promise<BackendInfo> {
  return webgpu({ allowSoftware: true }).activate();
}

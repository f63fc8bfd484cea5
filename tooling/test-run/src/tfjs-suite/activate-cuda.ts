import { cuda } from "@camada/backend-cuda";
import type { BackendInfo } from "@camada/tensor";

/** Starts the CUDA backend inside a bundle. */
export function activate(kernelFolder: string): Promise<BackendInfo> {
  return cuda({ kernelFolder }).activate();
}

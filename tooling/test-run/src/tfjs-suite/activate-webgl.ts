import { webgl } from "@camada/backend-webgl";
import type { BackendInfo } from "@camada/tensor";

/** Starts the WebGL backend inside a bundle, drawn by software where there is no GPU. */
export function activate(): Promise<BackendInfo> {
  return webgl({ allowSoftware: true }).activate();
}

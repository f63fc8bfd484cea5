import type { BackendInfo } from "@camada/tensor";
import { simulatedCuda } from "./simulated-cuda.ts";

/** Starts the simulated device inside a bundle, which cannot find the package's folder by itself. */
export function activate(folder: string): Promise<BackendInfo> {
  return simulatedCuda({ folder, isGuarded: false }).activate();
}

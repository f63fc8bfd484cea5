import { cpu, type CpuEngine, type CpuOptions } from "@camada/backend-cpu";
import type { BackendInfo } from "@camada/tensor";

/** Starts an engine of the CPU backend inside a bundle. */
export function activate(
  engine: CpuEngine,
  wasmUrl: string,
  libraryFolder: string,
  level?: CpuOptions["level"],
): Promise<BackendInfo> {
  return cpu({ engine, wasmUrl, libraryFolder, level }).activate();
}

import { cpu, type CpuEngine } from "@camada/backend-cpu";
import { type Backend, BackendUnavailableError, type ChosenBackend, firstAvailable, useBackend } from "@camada/tensor";
import type { BackendChoice } from "./arguments.ts";

/** The seam for NVIDIA GPUs: it refuses, so that the order of backends already reads as it will. */
const cuda: Backend = {
  name: "cuda",
  device: "gpu(0)",
  activate: () => Promise.reject(new BackendUnavailableError("cuda", "none; it is not part of this version")),
};

/** The backends that a choice tries, in order. */
export function candidates(choice: BackendChoice, engine: CpuEngine | undefined): Backend[] {
  const onCpu = cpu(engine === undefined ? {} : { engine });
  return { auto: [cuda, onCpu], cpu: [onCpu], cuda: [cuda] }[choice];
}

/**
 * Starts the backend that was asked for, or else the first that runs.
 * @throws {BackendUnavailableError} when none does.
 */
export async function startBackend(choice: BackendChoice, engine: CpuEngine | undefined): Promise<ChosenBackend> {
  const backends = candidates(choice, engine);
  const [backend] = backends as [Backend];
  if (backends.length > 1) return firstAvailable(backends);
  return { backend, info: await useBackend(backend), rejected: [] };
}

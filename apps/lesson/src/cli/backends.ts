import { cpu, type CpuOptions } from "@camada/backend-cpu";
import { type Backend, BackendUnavailableError, type ChosenBackend, firstAvailable, useBackend } from "@camada/tensor";
import type { BackendChoice, CommonOptions } from "./arguments.ts";

/** The seam for NVIDIA GPUs: it refuses, so that the order of backends already reads as it will. */
const cuda: Backend = {
  name: "cuda",
  device: "gpu(0)",
  activate: () => Promise.reject(new BackendUnavailableError("cuda", "none; it is not part of this version")),
};

/** The backends that a choice tries, in order. */
export function candidates(choice: BackendChoice, options: CpuOptions = {}): Backend[] {
  const onCpu = cpu(options);
  return { auto: [cuda, onCpu], cpu: [onCpu], cuda: [cuda] }[choice];
}

/**
 * Starts the backend that was asked for, or else the first that runs.
 * @throws {BackendUnavailableError} when none does.
 */
export async function startBackend({ backend: choice, ...options }: CommonOptions): Promise<ChosenBackend> {
  const { engine, threads, precision } = options;
  const backends = candidates(choice, { engine, threads, precision });
  const [backend] = backends as [Backend];
  if (backends.length > 1) return firstAvailable(backends);
  return { backend, info: await useBackend(backend), rejected: [] };
}

import { cpu, type CpuOptions } from "@camada/backend-cpu";
import { cuda } from "@camada/backend-cuda";
import { type Backend, type ChosenBackend, firstAvailable, useBackend } from "@camada/tensor";
import type { BackendChoice, CommonOptions } from "./arguments.ts";

/** The backends that a choice tries, in order. */
export function candidates(choice: BackendChoice, options: CpuOptions = {}): Backend[] {
  const onCpu = cpu(options);
  const onGpu = cuda({ precision: options.precision });
  return { auto: [onGpu, onCpu], cpu: [onCpu], cuda: [onGpu] }[choice];
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

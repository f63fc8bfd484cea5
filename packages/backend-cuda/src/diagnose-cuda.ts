import type { CudaDiagnosis } from "./doctor/diagnosis.ts";

/**
 * Looks for NVIDIA's driver, its cards and CUDA's libraries on this machine, and says what the backend lacks and which
 * command mends it. Never throws for what is missing; starts nothing on a card.
 * @example const { problems } = await diagnoseCuda();
 */
export async function diagnoseCuda(): Promise<CudaDiagnosis> {
  return (await import("./doctor/this-machine.ts")).diagnoseThisMachine();
}

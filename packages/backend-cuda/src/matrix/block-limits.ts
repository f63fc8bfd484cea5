import type { DeviceDescription } from "../driver/driver.ts";

/** Registers of a multiprocessor. */
export const REGISTERS = 65_536;

/** What blocks may use. */
export interface BlockLimits {
  readonly multiprocessors: number;
  readonly sharedBytes: number;
}

/** What blocks may use of a card. */
export function limitsOf({ multiprocessors, sharedMemoryPerBlockBytes: sharedBytes }: DeviceDescription): BlockLimits {
  return { multiprocessors, sharedBytes };
}

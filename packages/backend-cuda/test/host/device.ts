import type { DeviceDescription } from "../../src/driver/driver.ts";

/** A card of some compute capability, as large as an H100. */
export function deviceOf(major: number, minor: number): DeviceDescription {
  return {
    index: 0,
    name: `card of ${major}.${minor}`,
    computeCapability: [major, minor],
    multiprocessors: 132,
    memoryBytes: 80 * 2 ** 30,
    sharedMemoryPerBlockBytes: 227 * 1024,
    l2Bytes: 50 * 2 ** 20,
  };
}

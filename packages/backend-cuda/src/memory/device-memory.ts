import type { BackendMemory } from "@camada/tensor";
import type { Address } from "../driver/driver.ts";

/** Device memory that a tensor has. */
export interface Block {
  readonly address: Address;
  /** At least what was asked for. */
  readonly sizeBytes: number;
}

/**
 * Where the memory of tensors comes from. Blocks that are freed serve the next tensors at once: what still uses them on
 * the device was started before, and one stream orders everything.
 */
export interface DeviceMemory {
  /**
   * A block aligned to at least 16 bytes, not cleared.
   * @throws {CudaOutOfMemoryError} when the device or the cap has no room; everything else goes on as it was.
   */
  allocate(sizeBytes: number): Block;
  free(block: Block): void;
  /** What it holds now. A property, so that it can be handed on as it is. */
  readonly statistics: () => BackendMemory;
  /** Gives all memory back to the driver. */
  dispose(): void;
}

import type { BackendMemory } from "@camada/tensor";
import type { Address } from "../driver/driver.ts";

/** Device memory that a tensor has. */
export interface Block {
  readonly address: Address;
  /** At least what was asked for. */
  readonly sizeBytes: number;
}

/** Memory that a recorded step has for itself: no tensor outside the step ever gets a block of it. */
export interface StepPool {
  /** Taken from the driver. */
  readonly reservedBytes: number;
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
  /** {@link allocate}, from the memory of all tensors whatever {@link allocateFrom} said. */
  allocateApart(sizeBytes: number): Block;
  free(block: Block): void;
  /** An empty pool. */
  createPool(): StepPool;
  /** From here on blocks come from a pool; without one, from the memory of all tensors. */
  allocateFrom(pool: StepPool | undefined): void;
  /** Gives a pool's memory back, as soon as no tensor lives in it. */
  closePool(pool: StepPool): void;
  /** What it holds now. A property, so that it can be handed on as it is. */
  readonly statistics: () => BackendMemory;
  /** Gives all memory back to the driver. */
  dispose(): void;
}

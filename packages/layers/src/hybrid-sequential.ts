import type { AnyBlock } from "./block.ts";
import { BlockError } from "./errors.ts";
import { Sequential } from "./sequential.ts";

/**
 * A {@link Sequential} of hybrid blocks, which a backend may compile as a whole.
 * @see MXNet 1.4.1, `nn.HybridSequential`.
 */
export class HybridSequential extends Sequential {
  override get typeName(): string {
    return "HybridSequential";
  }

  override get isHybrid(): boolean {
    return true;
  }

  /**
   * Appends blocks.
   * @throws {BlockError} when one is not hybrid.
   */
  override add(...blocks: readonly AnyBlock[]): void {
    const plain = blocks.find((block) => !block.isHybrid);
    if (plain !== undefined) {
      throw new BlockError("HybridSequential.add", "hybrid blocks", plain.typeName, "a Sequential takes any block");
    }
    super.add(...blocks);
  }
}

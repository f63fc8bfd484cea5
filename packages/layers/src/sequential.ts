import * as tf from "@tensorflow/tfjs-core";
import type { AnyBlock, BlockOptions } from "./block.ts";
import { BlockError } from "./errors.ts";
import { LayoutAwareBlock } from "./layout-aware-block.ts";
import type { PlacedBatch } from "./placed-batch.ts";

/** Options of the containers: those of a block but its parameters, which a container has none of. */
export type SequentialOptions = Pick<BlockOptions, "prefix">;

/**
 * Blocks one after the other, each fed with the last one's output.
 * @see MXNet 1.4.1, `nn.Sequential`.
 */
export class Sequential extends LayoutAwareBlock implements Iterable<AnyBlock> {
  readonly #blocks: AnyBlock[] = [];

  constructor(options: SequentialOptions = {}) {
    super(options);
  }

  override get typeName(): string {
    return "Sequential";
  }

  override get isHybrid(): boolean {
    return false;
  }

  override get isContainer(): boolean {
    return true;
  }

  /** Number of blocks. */
  get length(): number {
    return this.#blocks.length;
  }

  /** Appends blocks; their keys are `0`, `1`, … in order. */
  add(...blocks: readonly AnyBlock[]): void {
    this.#blocks.push(...blocks);
    if (this.isHybridized) this.hybridize(); // what was compiled is without them
  }

  /**
   * One block.
   * @param index from 0, or from −1 backwards.
   * @throws {BlockError} when there is no such block.
   */
  get(index: number): AnyBlock {
    const block = this.#blocks.at(index);
    if (block !== undefined && Number.isInteger(index)) return block;
    throw new BlockError(`${this.typeName}.get`, `an index into ${this.length} blocks`, String(index));
  }

  /** A container of the same kind and prefix that shares some of the blocks; bounds as for arrays. */
  slice(start?: number, end?: number): this {
    const Container = this.constructor as new (options: SequentialOptions) => this;
    const part = new Container({ prefix: this.prefix });
    part.add(...this.#blocks.slice(start, end));
    return part;
  }

  override children(): Map<string, AnyBlock> {
    return new Map(this.#blocks.map((block, i) => [String(i), block]));
  }

  /** The children in the order in which they run. */
  [Symbol.iterator](): Iterator<AnyBlock> {
    return this.#blocks.values();
  }

  protected override computeIn(batch: PlacedBatch): PlacedBatch {
    let current = batch;
    for (const block of this.#blocks) {
      const next = block.forwardIn(current);
      if (current.x !== batch.x && current.x !== next.x) release(current.x);
      current = next;
    }
    return current;
  }
}

/** Frees what one block gave and the next has used; a gradient that needs the values holds them itself. */
function release(x: tf.Tensor): void {
  if (!(x instanceof tf.Variable) && !x.kept) x.dispose();
}

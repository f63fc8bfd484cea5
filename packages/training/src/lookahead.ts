import type { Loader } from "./contracts.ts";

/** A batch with the loader's position behind it. No batch: the epoch is over, and the position is the next epoch's. */
export interface Arrival<B> {
  readonly batch: B | undefined;
  /** `undefined` for a loader without positions. */
  readonly position: unknown;
}

/** The batches of a loader from its current position on, the next one fetched while the last one is used. */
export class Lookahead<B> {
  readonly #loader: Pick<Loader<unknown>, "state" | "restore">;
  readonly #iterator: AsyncIterator<B> | Iterator<B>;
  #pending: Promise<IteratorResult<B>> | undefined;
  #isOver = false;

  /**
   * @param loader whose position is followed.
   * @param batches what it is asked for.
   */
  constructor(loader: Pick<Loader<unknown>, "state" | "restore">, batches: Iterable<B> | AsyncIterable<B>) {
    this.#loader = loader;
    this.#iterator = Symbol.asyncIterator in batches ? batches[Symbol.asyncIterator]() : batches[Symbol.iterator]();
  }

  /** Starts fetching the next batch. */
  prefetch(): void {
    if (this.#pending !== undefined) return;
    this.#pending = (async () => this.#iterator.next())(); // what it throws is thrown where the batch is taken
    this.#pending.catch(() => {});
  }

  /** The next batch. */
  async take(): Promise<Arrival<B>> {
    this.prefetch();
    const result = await this.#pending!;
    this.#pending = undefined;
    this.#isOver = result.done === true;
    return { batch: this.#isOver ? undefined : result.value, position: this.#loader.state?.() };
  }

  /** Leaves the loader at a position, so that a batch fetched in vain is not lost. */
  async close(position: unknown): Promise<void> {
    await this.#pending?.catch(() => {});
    if (!this.#isOver) await this.#iterator.return?.();
    if (position !== undefined) this.#loader.restore?.(position as never);
  }
}

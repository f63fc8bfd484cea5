import { util } from "@tensorflow/tfjs-core";

/** Counts the time between `start` and `stop`: pauses between the records of a run are not its own. */
export class Stopwatch {
  #elapsedMs = 0;
  #startedAt: number | undefined;

  start(): void {
    this.#startedAt ??= util.now();
  }

  stop(): void {
    this.#elapsedMs = this.elapsedMs;
    this.#startedAt = undefined;
  }

  get elapsedMs(): number {
    return this.#elapsedMs + (this.#startedAt === undefined ? 0 : util.now() - this.#startedAt);
  }
}

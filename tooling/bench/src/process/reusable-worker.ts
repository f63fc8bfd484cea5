import type { Job, Opened, TurnLength, TurnResult } from "./protocol.ts";
import type { TurnTaker } from "./turns.ts";

/** A worker that stays for many jobs: starting a framework takes longer than most operations are measured. */
export class ReusableWorker implements TurnTaker {
  readonly #start: () => TurnTaker;
  #current: TurnTaker | undefined;
  #failed = false;

  /** @param start makes the process, at the first job and again after a failure. */
  constructor(start: () => TurnTaker) {
    this.#start = start;
  }

  async open(job: Job): Promise<Opened> {
    if (this.#failed) await this.end();
    this.#current ??= this.#start();
    return this.#watched(this.#current.open(job));
  }

  async turn(length: TurnLength): Promise<TurnResult> {
    if (this.#current === undefined) throw new Error("turn: expected an open job, got none");
    return this.#watched(this.#current.turn(length));
  }

  /** The job is over; the next one replaces it. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Ends the process. */
  async end(): Promise<void> {
    await this.#current?.close();
    this.#current = undefined;
    this.#failed = false;
  }

  async #watched<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      this.#failed = true;
      throw error;
    }
  }
}

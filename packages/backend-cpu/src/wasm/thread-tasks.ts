import type { Kernels } from "./module.ts";
import type { WebAssemblyMemory } from "./web-assembly.ts";

/** Numbers of one product: `multiply`'s arguments. */
const NUMBERS_OF_A_TASK = 8;
/** Tasks that a list has room for. */
export const MOST_TASKS = 256;

/** Entries of the control block, int32. */
const GENERATION = 0;
const COUNT = 1;
/** Generation and next task in one number, so that nobody takes a task of a list that is no longer his. */
const TICKET = 2;
const DONE = 3;
const CONTROL_ENTRIES = 4;
const TICKET_BITS = 16;

/** What threads share beside the memory of the tensors. */
export interface SharedTasks {
  readonly memory: WebAssemblyMemory;
  readonly control: SharedArrayBuffer;
  readonly numbers: SharedArrayBuffer;
}

/** An empty list of tasks on a shared memory. */
export function sharedTasks(memory: WebAssemblyMemory): SharedTasks {
  return {
    memory,
    control: new SharedArrayBuffer(4 * CONTROL_ENTRIES),
    numbers: new SharedArrayBuffer(8 * NUMBERS_OF_A_TASK * MOST_TASKS),
  };
}

/** The list of tasks as one thread sees it. */
export class TaskList {
  readonly #control: Int32Array<SharedArrayBuffer>;
  readonly #numbers: Float64Array<SharedArrayBuffer>;
  readonly #multiply: Kernels["multiply"];

  constructor({ control, numbers }: SharedTasks, multiply: Kernels["multiply"]) {
    this.#control = new Int32Array(control);
    this.#numbers = new Float64Array(numbers);
    this.#multiply = multiply;
  }

  /** Has all threads do the tasks and waits until they are done. The caller does its share. */
  doAll(tasks: readonly (readonly number[])[]): void {
    for (const [i, task] of tasks.entries()) this.#numbers.set(task, i * NUMBERS_OF_A_TASK);
    const generation = (Atomics.load(this.#control, GENERATION) + 1) & 0x7fff;
    Atomics.store(this.#control, COUNT, tasks.length);
    Atomics.store(this.#control, DONE, 0);
    Atomics.store(this.#control, TICKET, generation << TICKET_BITS);
    Atomics.store(this.#control, GENERATION, generation);
    Atomics.notify(this.#control, GENERATION);
    this.help(generation);
    while (Atomics.load(this.#control, DONE) < tasks.length);
  }

  /** Does tasks of a generation while there are any. */
  help(generation: number): void {
    for (;;) {
      const ticket = Atomics.load(this.#control, TICKET);
      const index = ticket & ((1 << TICKET_BITS) - 1);
      if (ticket >> TICKET_BITS !== generation || index >= Atomics.load(this.#control, COUNT)) return;
      if (Atomics.compareExchange(this.#control, TICKET, ticket, ticket + 1) !== ticket) continue;
      const at = index * NUMBERS_OF_A_TASK;
      const [a, b, c, rowBytes, rowPanels, columnPanels, depth, accumulate] = this.#numbers.subarray(
        at,
        at + NUMBERS_OF_A_TASK,
      );
      this.#multiply(a!, b!, c!, rowBytes!, rowPanels!, columnPanels!, depth!, accumulate !== 0);
      Atomics.add(this.#control, DONE, 1);
    }
  }

  /** Waits for the next generation: awake for a moment, as one product often follows another, then asleep. */
  next(generation: number): number {
    for (let i = 0; i < AWAKE_TURNS; i++) {
      const now = Atomics.load(this.#control, GENERATION);
      if (now !== generation) return now;
    }
    Atomics.wait(this.#control, GENERATION, generation);
    return Atomics.load(this.#control, GENERATION);
  }
}

const AWAKE_TURNS = 4000;

import type { CudaBackend } from "./cuda-backend.ts";
import type { Address } from "./driver/driver.ts";
import { CudaError } from "./driver/errors.ts";

/** Plans of each kind that are tried: each has to be compiled, and an estimate knows the best one to within a few. */
export const TRIED = 4;
/** Runs that are timed, behind one that compiles. */
const TIMED_RUNS = 5;
/** How far results may be from the first way's, as a share of the largest. Only mistakes are further. */
const TOLERANCE = 1e-3;

/** Something that waits to be computed, in one of several ways, as often as one likes. */
export interface Trial<Plan> {
  compute(plan: Plan): void;
  /** What it writes. */
  results(): readonly TrialResult[];
}

/** Float32 numbers on the device. */
export interface TrialResult {
  readonly address: Address;
  readonly size: number;
}

/** A way that something was computed in. */
export interface TunedWay {
  /** Its plan. */
  readonly name: string;
  /** Time that the card took for it, in milliseconds; absent where its results were wrong, or the card refused it. */
  readonly ms?: number;
}

/** How something came to be computed as it is. */
export interface TunedShape {
  /** What, and with which sizes. */
  readonly name: string;
  /** The ways that were tried, the quickest first. */
  readonly ways: readonly TunedWay[];
}

/**
 * Finds the quickest of several ways on the card itself. Each is run when a shape is first met, on what waits to be computed;
 * ways whose results are not those of the first do not count.
 */
export class Tuning {
  readonly #backend: CudaBackend;
  readonly #chosen = new Map<string, unknown>();
  readonly #shapes: TunedShape[] = [];

  constructor(backend: CudaBackend) {
    this.#backend = backend;
  }

  /** What was tuned, in the order in which it was met. */
  shapes(): readonly TunedShape[] {
    return [...this.#shapes];
  }

  /**
   * The way to compute something.
   * @param name of it, with all that decides how long it takes.
   * @param first way, to which others are compared: the only one where a step is being recorded, which nothing can be timed in.
   * @param others to try; the first may be among them.
   */
  choose<Plan>(name: string, trial: Trial<Plan>, first: Plan, others: () => readonly Plan[]): Plan {
    if (this.#chosen.has(name)) return this.#chosen.get(name) as Plan;
    if (this.#backend.observer?.isRecording === true) return first;
    const firstName = nameOf(first);
    const plans = new Map([[firstName, first], ...others().map((plan) => [nameOf(plan), plan] as const)]);
    const right = this.#run(trial, first);
    const times = new Map<string, number | undefined>();
    for (const [planName, plan] of plans) times.set(planName, this.#timeOf(trial, plan, right));
    const ways = [...times].map(([way, ms]): TunedWay => (ms === undefined ? { name: way } : { name: way, ms }));
    ways.sort(({ ms: a = Infinity }, { ms: b = Infinity }) => a - b);
    const plan = plans.get(ways[0]!.name) as Plan;
    this.#chosen.set(name, plan);
    this.#shapes.push({ name, ways });
    return plan;
  }

  /** @returns `undefined` where the results are not right, or the card refuses. */
  #timeOf<Plan>(trial: Trial<Plan>, plan: Plan, right: readonly Float32Array[]): number | undefined {
    const { context } = this.#backend;
    try {
      if (!areClose(this.#run(trial, plan), right)) return undefined;
    } catch (error) {
      if (error instanceof CudaError && !context.isLost) return undefined;
      throw error;
    }
    const [from, to] = [context.createEvent(), context.createEvent()];
    try {
      context.recordEvent(from);
      for (let run = 0; run < TIMED_RUNS; run++) trial.compute(plan);
      context.recordEvent(to);
      context.waitFor(to);
      return context.elapsedMs(from, to) / TIMED_RUNS;
    } finally {
      if (!context.isLost) for (const event of [from, to]) context.destroyEvent(event);
    }
  }

  /** Computes once. @returns the results. */
  #run<Plan>(trial: Trial<Plan>, plan: Plan): Float32Array[] {
    trial.compute(plan);
    return trial.results().map(({ address, size }) => {
      const values = new Float32Array(size);
      this.#backend.context.download(values, address);
      return values;
    });
  }
}

function nameOf(plan: unknown): string {
  return plan === undefined ? "tiles" : JSON.stringify(plan);
}

/** Whether no number is further from its counterpart than mistakes are; what is not finite in one must be in the other. */
function areClose(results: readonly Float32Array[], right: readonly Float32Array[]): boolean {
  return results.every((values, of) => {
    const others = right[of]!;
    let largest = 0;
    for (const value of others) if (Math.abs(value) > largest && Number.isFinite(value)) largest = Math.abs(value);
    const most = TOLERANCE * largest;
    for (let i = 0; i < values.length; i++) {
      const [value, other] = [values[i]!, others[i]!];
      if (Number.isFinite(value) !== Number.isFinite(other) || Math.abs(value - other) > most) return false;
    }
    return true;
  });
}

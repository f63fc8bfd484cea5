import { OptimizerError, shown } from "./errors.ts";

/** A learning rate as a function of the update number; pure, so one schedule may serve several runs. */
export interface LrScheduler {
  /**
   * The learning rate of an update.
   * @param update its number, 1 for the first; 0 asks for the rate before any.
   * @param learningRate the optimizer's base learning rate, which it always passes. `FactorScheduler` and
   *   `MultiFactorScheduler` decay from it in the place of their own `baseLr`; `PolyScheduler`, `CosineScheduler` and
   *   every warm-up ignore it, as in MXNet: state their `baseLr`.
   */
  at(update: number, learningRate?: number): number;
}

/** Options that every schedule takes. */
export interface LrSchedulerOptions {
  /** Learning rate that warm-up climbs to and, see {@link LrScheduler.at}, that decay starts from; 0.01. */
  readonly baseLr?: number | undefined;
  /** Number of updates of the warm-up, which covers the updates below it; 0. */
  readonly warmupSteps?: number | undefined;
  /** Learning rate that warm-up starts from; 0. */
  readonly warmupBeginLr?: number | undefined;
  /** `linear` climbs in equal increments, `constant` stays at `warmupBeginLr`; `linear`. */
  readonly warmupMode?: "linear" | "constant" | undefined;
}

/** Warm-up followed by a decay. */
export abstract class WarmupScheduler implements LrScheduler {
  readonly baseLr: number;
  readonly warmupSteps: number;
  readonly warmupBeginLr: number;
  readonly warmupMode: "linear" | "constant";

  constructor(
    op: string,
    { baseLr = 0.01, warmupSteps = 0, warmupBeginLr = 0, warmupMode = "linear" }: LrSchedulerOptions,
  ) {
    requireThat(op, Number.isFinite(baseLr), "baseLr to be a finite number", baseLr);
    requireThat(op, isCount(warmupSteps, 0), "warmupSteps to be an integer >= 0", warmupSteps);
    requireThat(op, warmupBeginLr <= baseLr, `warmupBeginLr to be at most baseLr, ${baseLr}`, warmupBeginLr);
    requireThat(op, ["linear", "constant"].includes(warmupMode), "warmupMode to be linear or constant", warmupMode);
    this.baseLr = baseLr;
    this.warmupSteps = warmupSteps;
    this.warmupBeginLr = warmupBeginLr;
    this.warmupMode = warmupMode;
  }

  at(update: number, learningRate = this.baseLr): number {
    if (update >= this.warmupSteps) return this.decayed(update, learningRate);
    if (this.warmupMode === "constant") return this.warmupBeginLr;
    return this.warmupBeginLr + ((this.baseLr - this.warmupBeginLr) * update) / this.warmupSteps;
  }

  /** The rate once warm-up is over. */
  protected abstract decayed(update: number, learningRate: number): number;
}

export function isCount(value: unknown, least: number): boolean {
  return Number.isInteger(value) && (value as number) >= least;
}

/** @throws {OptimizerError} unless `holds`. */
export function requireThat(op: string, holds: boolean, expected: string, got: unknown): void {
  if (!holds) throw new OptimizerError(op, expected, shown(got));
}

import { isCount, requireThat, WarmupScheduler, type LrSchedulerOptions } from "./lr-scheduler.ts";

/** Options of {@link PolyScheduler}. */
export interface PolySchedulerOptions extends LrSchedulerOptions {
  /** Power of the decay; 2. */
  readonly pwr?: number | undefined;
  /** Learning rate from `maxUpdate` on; 0. */
  readonly finalLr?: number | undefined;
}

/**
 * Lets the learning rate fall along a power of the remaining updates.
 *
 * `lr(n) = finalLr + (baseLr − finalLr) · (1 − (n − w) / (maxUpdate − w))^pwr`, w the warm-up's updates; from
 * `maxUpdate` on it stays. An optimizer's `learningRate` has no effect: state `baseLr`.
 * @see MXNet 1.4.1, `mxnet.lr_scheduler.PolyScheduler`.
 */
export class PolyScheduler extends WarmupScheduler {
  readonly maxUpdate: number;
  readonly pwr: number;
  readonly finalLr: number;

  /** @throws {OptimizerError} unless `maxUpdate` is an integer above the warm-up's updates; on a bad warm-up. */
  constructor(maxUpdate: number, { pwr = 2, finalLr = 0, ...options }: PolySchedulerOptions = {}) {
    super("PolyScheduler", options);
    const least = this.warmupSteps + 1;
    requireThat("PolyScheduler", isCount(maxUpdate, least), `maxUpdate to be an integer >= ${least}`, maxUpdate);
    requireThat("PolyScheduler", Number.isFinite(pwr) && pwr > 0, "pwr to be a number > 0", pwr);
    requireThat("PolyScheduler", Number.isFinite(finalLr), "finalLr to be a finite number", finalLr);
    this.maxUpdate = maxUpdate;
    this.pwr = pwr;
    this.finalLr = finalLr;
  }

  protected override decayed(update: number): number {
    const { baseLr, finalLr, maxUpdate, warmupSteps } = this;
    const done = (Math.min(update, maxUpdate) - warmupSteps) / (maxUpdate - warmupSteps);
    return finalLr + (baseLr - finalLr) * (1 - done) ** this.pwr;
  }
}

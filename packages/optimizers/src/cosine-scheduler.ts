import { isCount, requireThat, WarmupScheduler, type LrSchedulerOptions } from "./lr-scheduler.ts";

/** Options of {@link CosineScheduler}. */
export interface CosineSchedulerOptions extends LrSchedulerOptions {
  /** Learning rate from `maxUpdate` on; 0. */
  readonly finalLr?: number | undefined;
}

/**
 * Lets the learning rate fall along half a period of a cosine.
 *
 * `lr(n) = finalLr + (baseLr − finalLr) · (1 + cos(π·(n − w) / (maxUpdate − w))) / 2`, w the warm-up's updates; from
 * `maxUpdate` on it stays. An optimizer's `learningRate` has no effect: state `baseLr`.
 * @see MXNet 1.4.1, `mxnet.lr_scheduler.CosineScheduler`.
 */
export class CosineScheduler extends WarmupScheduler {
  readonly maxUpdate: number;
  readonly finalLr: number;

  /** @throws {OptimizerError} unless `maxUpdate` is an integer above the warm-up's updates; on a bad warm-up. */
  constructor(maxUpdate: number, { finalLr = 0, ...options }: CosineSchedulerOptions = {}) {
    super("CosineScheduler", options);
    const least = this.warmupSteps + 1;
    requireThat("CosineScheduler", isCount(maxUpdate, least), `maxUpdate to be an integer >= ${least}`, maxUpdate);
    requireThat("CosineScheduler", Number.isFinite(finalLr), "finalLr to be a finite number", finalLr);
    this.maxUpdate = maxUpdate;
    this.finalLr = finalLr;
  }

  protected override decayed(update: number): number {
    const { baseLr, finalLr, maxUpdate, warmupSteps } = this;
    const angle = (Math.PI * (Math.min(update, maxUpdate) - warmupSteps)) / (maxUpdate - warmupSteps);
    return finalLr + ((baseLr - finalLr) * (1 + Math.cos(angle))) / 2;
  }
}

import { isCount, requireThat, WarmupScheduler, type LrSchedulerOptions } from "./lr-scheduler.ts";

/** Options of {@link FactorScheduler}. */
export interface FactorSchedulerOptions extends LrSchedulerOptions {
  /** Factor of the learning rate, in [0, 1]; 1. */
  readonly factor?: number | undefined;
  /** The learning rate does not fall below this; 1e-8. */
  readonly stopFactorLr?: number | undefined;
}

/**
 * Multiplies the learning rate by `factor` after every `step` updates.
 *
 * `lr(n) = max(learningRate · factor^⌊(n − 1) / step⌋, stopFactorLr)`: updates 1 to `step` still have the first rate.
 * Decay counts from update 0, warm-up included.
 * @see MXNet 1.4.1, `mxnet.lr_scheduler.FactorScheduler`.
 */
export class FactorScheduler extends WarmupScheduler {
  readonly step: number;
  readonly factor: number;
  readonly stopFactorLr: number;

  /** @throws {OptimizerError} on a step below 1, a factor outside [0, 1] or a bad warm-up. */
  constructor(step: number, { factor = 1, stopFactorLr = 1e-8, ...options }: FactorSchedulerOptions = {}) {
    super("FactorScheduler", options);
    requireThat("FactorScheduler", isCount(step, 1), "step to be an integer >= 1", step);
    requireThat("FactorScheduler", factor >= 0 && factor <= 1, "factor to be in [0, 1]", factor);
    requireThat("FactorScheduler", Number.isFinite(stopFactorLr), "stopFactorLr to be a finite number", stopFactorLr);
    this.step = step;
    this.factor = factor;
    this.stopFactorLr = stopFactorLr;
  }

  /** One multiplication after the other, as MXNet rounds. */
  protected override decayed(update: number, learningRate: number): number {
    let rate = learningRate;
    for (let passed = this.step; passed < update; passed += this.step) {
      rate *= this.factor;
      if (rate < this.stopFactorLr) return this.stopFactorLr;
    }
    return rate;
  }
}

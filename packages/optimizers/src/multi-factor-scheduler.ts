import { OptimizerError } from "./errors.ts";
import { isCount, requireThat, WarmupScheduler, type LrSchedulerOptions } from "./lr-scheduler.ts";

/** Options of {@link MultiFactorScheduler}. */
export interface MultiFactorSchedulerOptions extends LrSchedulerOptions {
  /** Factor of the learning rate, in [0, 1]; 1. */
  readonly factor?: number | undefined;
}

/**
 * Multiplies the learning rate by `factor` after each listed update.
 *
 * `lr(n) = learningRate · factor^k`, k the number of listed updates below n: the listed update still has the old rate.
 * @see MXNet 1.4.1, `mxnet.lr_scheduler.MultiFactorScheduler`.
 */
export class MultiFactorScheduler extends WarmupScheduler {
  readonly steps: readonly number[];
  readonly factor: number;

  /** @throws {OptimizerError} unless steps are ascending integers from 1, on a factor outside [0, 1], a bad warm-up. */
  constructor(steps: readonly number[], { factor = 1, ...options }: MultiFactorSchedulerOptions = {}) {
    super("MultiFactorScheduler", options);
    const isAscending = steps.length > 0 && steps.every((step, i) => isCount(step, i === 0 ? 1 : steps[i - 1]! + 1));
    if (!isAscending) {
      throw new OptimizerError("MultiFactorScheduler", "steps to be ascending integers >= 1", JSON.stringify(steps));
    }
    requireThat("MultiFactorScheduler", factor >= 0 && factor <= 1, "factor to be in [0, 1]", factor);
    this.steps = [...steps];
    this.factor = factor;
  }

  protected override decayed(update: number, learningRate: number): number {
    return this.steps.filter((step) => step < update).reduce((rate) => rate * this.factor, learningRate);
  }
}

/** An option of the loop or of a metric, or what a loader or loss gave, cannot be used. */
export class TrainingOptionError extends Error {
  override readonly name = "TrainingOptionError";
  readonly op: string;
  readonly expected: string;
  readonly got: string;

  constructor(op: string, expected: string, got: string, advice?: string) {
    super(`${op}: expected ${expected}, got ${got}${advice === undefined ? "" : `; ${advice}`}`);
    this.op = op;
    this.expected = expected;
    this.got = got;
  }
}

/** Where and how training diverged. */
export interface Divergence {
  /** Counted from 1. */
  readonly epoch: number;
  /** Within the epoch, counted from 1. */
  readonly step: number;
  /** Mean loss of the batch, or of the evaluation, that showed it. */
  readonly loss: number;
  readonly learningRate: number;
  /** Parameters that hold NaN or an infinity. */
  readonly nonFinite: readonly string[];
  /**
   * Updates from that step on that were made before its loss was read: parameters and optimizer are behind them. 0 where
   * every step's loss is read before its update.
   */
  readonly updatesSince: number;
}

/** The loss or a parameter stopped being finite. Handed over in the last record of a run, not thrown. */
export class DivergenceError extends Error implements Divergence {
  override readonly name = "DivergenceError";
  readonly epoch: number;
  readonly step: number;
  readonly loss: number;
  readonly learningRate: number;
  readonly nonFinite: readonly string[];
  readonly updatesSince: number;

  constructor({ epoch, step, loss, learningRate, nonFinite, updatesSince }: Divergence) {
    const expected = Number.isFinite(loss) ? "finite parameters" : "a finite loss";
    const got = Number.isFinite(loss) ? "NaN or an infinity" : String(loss);
    const where =
      nonFinite.length === 0 ? "every parameter is still finite" : `${list(nonFinite)} held NaN or an infinity`;
    super(
      `train: expected ${expected}, got ${got} at epoch ${epoch}, step ${step}, learning rate ${learningRate} ` +
        `(${where}${updatesSince === 0 ? "" : `, ${updatesSince} updates later`}); lower the learning rate, or clip the gradients`,
    );
    this.epoch = epoch;
    this.step = step;
    this.loss = loss;
    this.learningRate = learningRate;
    this.nonFinite = nonFinite;
    this.updatesSince = updatesSince;
  }
}

/** A checkpoint is damaged, is of another version, or belongs to another net, loader or set of metrics. */
export class CheckpointFormatError extends Error {
  override readonly name = "CheckpointFormatError";
  /** File or other origin of the checkpoint. */
  readonly source: string;
  readonly expected: string;
  readonly got: string;

  constructor(source: string, expected: string, got: string, options?: ErrorOptions) {
    super(`${source}: expected ${expected}, got ${got}`, options);
    this.source = source;
    this.expected = expected;
    this.got = got;
  }
}

function list(names: readonly string[]): string {
  return names.length <= 3 ? names.join(", ") : `${names.slice(0, 3).join(", ")} and ${names.length - 3} more`;
}

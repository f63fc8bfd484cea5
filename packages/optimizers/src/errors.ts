/** An optimizer, schedule or Trainer was given what it cannot use. */
export class OptimizerError extends Error {
  override readonly name: string = "OptimizerError";
  /** What was asked for, e.g. `Adam` or `Trainer.step`. */
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

/** A step was asked for while some parameters have had no backward pass since the last one. Nothing was updated. */
export class StaleGradientError extends OptimizerError {
  override readonly name = "StaleGradientError";
  /** Names of the parameters whose gradient is stale. */
  readonly parameters: readonly string[];

  constructor(op: string, parameters: readonly string[]) {
    super(
      op,
      "every gradient to be fresh",
      `a stale one for ${parameters.join(", ")}`,
      "run backward first, or pass ignoreStaleGrad: true to leave those parameters as they are",
    );
    this.parameters = parameters;
  }
}

/** Saved states do not belong to this Trainer, or are damaged. Nothing was restored. */
export class TrainerStatesError extends OptimizerError {
  override readonly name = "TrainerStatesError";
}

/** A value as it stands in a message; objects by their kind alone. */
export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  return typeof value === "object" && value !== null ? (value.constructor?.name ?? "an object") : String(value);
}

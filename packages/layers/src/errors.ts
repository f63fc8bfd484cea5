/** A parameter was read before it was given values. */
export class UninitializedParameterError extends Error {
  override readonly name: string = "UninitializedParameterError";
  /** Name of the parameter, e.g. `conv0_weight`. */
  readonly parameter: string;

  constructor(parameter: string, advice = "call initialize() first") {
    super(`data: expected ${parameter} to be initialized, got none of its values; ${advice}`);
    this.parameter = parameter;
  }
}

/** A parameter was read whose initialization waits for the first forward pass, which tells its shape. */
export class DeferredInitializationError extends UninitializedParameterError {
  override readonly name = "DeferredInitializationError";

  constructor(parameter: string) {
    super(parameter, "its shape is known after a first forward pass");
  }
}

/** A block is used in a way that it does not allow. The parts of the message are fields. */
export class BlockError extends Error {
  override readonly name = "BlockError";
  /** What refused, e.g. `loadState` or `HybridSequential.add`. */
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

/** A backend cannot run on this machine. `cause` holds the failure underneath. */
export class BackendUnavailableError extends Error {
  override readonly name = "BackendUnavailableError";
  /** Name of the backend that was asked for, e.g. `cuda`. */
  readonly backend: string;

  constructor(backend: string, reason: string, options?: ErrorOptions) {
    super(`${backend}: expected an available backend, got ${reason}`, options);
    this.backend = backend;
  }
}

/** A gradient was asked for that nothing recorded can give. */
export class AutogradError extends Error {
  override readonly name = "AutogradError";
  readonly op: string;
  readonly expected: string;
  readonly got: string;

  constructor(op: string, expected: string, got: string) {
    super(`${op}: expected ${expected}, got ${got}`);
    this.op = op;
    this.expected = expected;
    this.got = got;
  }
}

/** The device is gone, and with it all that it held: what it computes from now on is worth nothing. */
export class DeviceLostError extends Error {
  override readonly name = "DeviceLostError";
  /** tfjs's name of the backend. */
  readonly backend: string;

  constructor(backend: string) {
    super(`${backend}: expected the GPU to answer, got a lost context; go on from the last kept state`);
    this.backend = backend;
  }
}

/** Training was begun on a backend that would spoil it. */
export class TrainingRefusedError extends Error {
  override readonly name = "TrainingRefusedError";
  /** tfjs's name of the backend. */
  readonly backend: string;
  /** What is wrong with it, and what to do. */
  readonly reason: string;

  constructor(backend: string, reason: string) {
    super(`record: expected a backend that can train, got ${backend} with ${reason}`);
    this.backend = backend;
    this.reason = reason;
  }
}

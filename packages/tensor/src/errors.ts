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

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

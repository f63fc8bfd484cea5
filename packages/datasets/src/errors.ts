/**
 * A file or a field of a file is not what its format promises.
 *
 * The message reads `<source>: expected <what>, got <what>[; <what to do>]`; its parts are fields.
 */
export class DataFormatError extends Error {
  override readonly name = "DataFormatError";
  /** Path, address or name of the bytes that were refused. */
  readonly source: string;
  readonly expected: string;
  readonly got: string;

  constructor(source: string, expected: string, got: string, options: { advice?: string; cause?: unknown } = {}) {
    super(sentence(source, expected, got, options.advice), causeOf(options));
    this.source = source;
    this.expected = expected;
    this.got = got;
  }
}

/**
 * An argument does not fit a dataset, a transform or a loader.
 *
 * The message reads `<op>: expected <what>, got <what>[; <what to do>]`; its parts are fields.
 */
export class DataOptionError extends Error {
  override readonly name = "DataOptionError";
  /** The public class or function that refused, e.g. `Resize`. */
  readonly op: string;
  readonly expected: string;
  readonly got: string;
  /** What to do about it, if there is anything to say. */
  readonly advice: string | undefined;

  constructor(op: string, expected: string, got: string, advice?: string) {
    super(sentence(op, expected, got, advice));
    this.op = op;
    this.expected = expected;
    this.got = got;
    this.advice = advice;
  }
}

/** A file or an address could not be read or written; `cause` holds the system's own error. */
export class DataAccessError extends Error {
  override readonly name = "DataAccessError";
  /** Path or address. */
  readonly path: string;
  readonly expected: string;
  readonly got: string;

  constructor(path: string, expected: string, got: string, options: { advice?: string; cause?: unknown } = {}) {
    super(sentence(path, expected, got, options.advice), causeOf(options));
    this.path = path;
    this.expected = expected;
    this.got = got;
  }
}

/** One source of a dataset that was tried and refused. */
export interface RejectedSource {
  /** The source's name, e.g. `cache`. */
  readonly source: string;
  /** One sentence. */
  readonly reason: string;
  readonly error: unknown;
}

/** No source had the dataset; `rejected` holds every reason, in the order tried. */
export class DataUnavailableError extends Error {
  override readonly name = "DataUnavailableError";
  /** The dataset's title, e.g. `MNIST`. */
  readonly dataset: string;
  readonly rejected: readonly RejectedSource[];

  constructor(dataset: string, rejected: readonly RejectedSource[]) {
    const reasons = rejected.map(({ source, reason }) => `${source} (${reason})`).join(", ");
    super(
      `${dataset}: expected one source to have it, got ${rejected.length === 0 ? "no source" : reasons}`,
      rejected.length === 0 ? undefined : { cause: rejected[0]?.error },
    );
    this.dataset = dataset;
    this.rejected = rejected;
  }
}

function sentence(subject: string, expected: string, got: string, advice: string | undefined): string {
  return `${subject}: expected ${expected}, got ${got}${advice === undefined ? "" : `; ${advice}`}`;
}

function causeOf(options: { cause?: unknown }): ErrorOptions | undefined {
  return options.cause === undefined ? undefined : { cause: options.cause };
}

/**
 * A shape, size or option does not fit an operation.
 *
 * The message reads `<op>: expected <what>, got <what>[; <context>]`; its parts are fields, so that a caller never has
 * to parse the sentence.
 */
export class ShapeError extends Error {
  override readonly name = "ShapeError";
  /** The public function or layer that refused, e.g. `conv2d`. */
  readonly op: string;
  readonly expected: string;
  readonly got: string;

  constructor(op: string, expected: string, got: string, context?: string) {
    super(`${op}: expected ${expected}, got ${got}${context === undefined ? "" : `; ${context}`}`);
    this.op = op;
    this.expected = expected;
    this.got = got;
  }
}

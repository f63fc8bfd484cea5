import type { Localized } from "./localized.ts";

/** A whole number with its bounds, both allowed. */
interface IntegerParameter {
  readonly kind: "integer";
  readonly label: Localized;
  readonly default: number;
  readonly min: number;
  readonly max: number;
}

/** Any number with its bounds, both allowed. */
interface NumberParameter {
  readonly kind: "number";
  readonly label: Localized;
  readonly default: number;
  readonly min: number;
  readonly max: number;
  /** What one turn of a control changes. */
  readonly step: number;
}

/** One of a few words. */
interface ChoiceParameter {
  readonly kind: "choice";
  readonly label: Localized;
  readonly default: string;
  readonly options: Readonly<Record<string, Localized>>;
}

/** Something to set in a cell. */
export type Parameter = IntegerParameter | NumberParameter | ChoiceParameter;

/** Parameters by name. */
export interface Parameters {
  readonly [name: string]: Parameter;
}

/** A value for each parameter. */
export type ValuesOf<P extends Parameters> = {
  readonly [Name in keyof P]: P[Name] extends ChoiceParameter ? keyof P[Name]["options"] & string : number;
};

/** A value is outside its parameter's bounds. */
export class ParameterError extends Error {
  override readonly name = "ParameterError";
  readonly parameter: string;
  readonly expected: string;
  readonly got: string;

  constructor(parameter: string, expected: string, got: string) {
    super(`${parameter}: expected ${expected}, got ${got}`);
    this.parameter = parameter;
    this.expected = expected;
    this.got = got;
  }
}

/** The values that the lesson itself uses. */
export function defaultsOf<P extends Parameters>(parameters: P): ValuesOf<P> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { default: value }]) => [name, value]),
  ) as ValuesOf<P>;
}

/** Whether every value is the lesson's own, so that recorded output can be compared. */
export function areDefaults<P extends Parameters>(parameters: P, values: ValuesOf<P>): boolean {
  return Object.entries(parameters).every(([name, { default: value }]) => values[name] === value);
}

/**
 * The defaults with some values changed.
 * @throws {ParameterError} for an unknown name or a value out of bounds.
 */
export function withValues<P extends Parameters>(
  parameters: P,
  changes: Readonly<Record<string, unknown>>,
): ValuesOf<P> {
  for (const [name, value] of Object.entries(changes)) {
    const parameter = parameters[name];
    if (parameter === undefined) {
      throw new ParameterError(name, `one of ${Object.keys(parameters).join(", ") || "no parameters"}`, name);
    }
    requireAllowed(name, parameter, value);
  }
  return { ...defaultsOf(parameters), ...changes };
}

function requireAllowed(name: string, parameter: Parameter, value: unknown): void {
  if (parameter.kind === "choice") {
    if (typeof value === "string" && Object.hasOwn(parameter.options, value)) return;
    throw new ParameterError(name, `one of ${Object.keys(parameter.options).join(", ")}`, String(value));
  }
  const { kind, min, max } = parameter;
  const isRightKind = kind === "integer" ? Number.isSafeInteger(value) : Number.isFinite(value);
  if (isRightKind && (value as number) >= min && (value as number) <= max) return;
  throw new ParameterError(
    name,
    `${kind === "integer" ? "an integer" : "a number"} from ${min} to ${max}`,
    String(value),
  );
}

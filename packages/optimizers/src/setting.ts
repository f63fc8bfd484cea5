import { OptimizerError, shown } from "./errors.ts";

/** The value of a hyperparameter; `null` means that it is off. All are plain JSON, so that states can hold them. */
export type SettingValue = number | boolean | null;

/** One hyperparameter: its default, and which values it takes. */
export interface Setting<T extends SettingValue = SettingValue> {
  readonly default: T;
  /** Completes "expected momentum to be ...". */
  readonly expected: string;
  /** Whether it takes a value. */
  accepts(value: unknown): boolean;
}

const isFiniteNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);

export function finite(value: number): Setting<number> {
  return { default: value, expected: "a finite number", accepts: isFiniteNumber };
}

export function notNegative(value: number): Setting<number> {
  return { default: value, expected: "a number >= 0", accepts: (v) => isFiniteNumber(v) && v >= 0 };
}

/** A decay rate: 1 would never forget, and divides by zero where a bias is corrected. */
export function belowOne(value: number): Setting<number> {
  return { default: value, expected: "a number >= 0 and < 1", accepts: (v) => isFiniteNumber(v) && v >= 0 && v < 1 };
}

/** A bound of absolute values, off unless given. */
export function bound(): Setting<number | null> {
  return {
    default: null,
    expected: "a number > 0, or null for no bound",
    accepts: (v) => v === null || (isFiniteNumber(v) && v > 0),
  };
}

export function flag(value: boolean): Setting<boolean> {
  return { default: value, expected: "true or false", accepts: (v) => typeof v === "boolean" };
}

/**
 * Fills defaults in and checks every value.
 * @param op shown in errors.
 * @throws {OptimizerError} on an unknown name or a value out of range.
 */
export function resolveSettings(
  op: string,
  settings: Readonly<Record<string, Setting>>,
  options: Readonly<Record<string, unknown>>,
): Record<string, SettingValue> {
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(settings, name)) {
      throw new OptimizerError(op, `options among ${Object.keys(settings).join(", ")}`, name);
    }
  }
  const resolved: Record<string, SettingValue> = {};
  for (const [name, setting] of Object.entries(settings)) {
    const value = options[name] === undefined ? setting.default : options[name];
    if (!setting.accepts(value)) throw new OptimizerError(op, `${name} to be ${setting.expected}`, shown(value));
    resolved[name] = value as SettingValue;
  }
  return resolved;
}

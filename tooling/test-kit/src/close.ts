import { assert } from "vitest";
import { indexText, readValues, type Values } from "./values.ts";

/** Largest difference that {@link expectClose} lets pass: `|actual - expected| <= absolute + relative * |expected|`. */
export interface Tolerance {
  /** In the values' own unit; 0 unless given. */
  readonly absolute?: number;
  /** As a fraction of the expected value; 0 unless given. */
  readonly relative?: number;
}

/** Sixteen float32 roundings at 1: enough for short sums, far below any wrong formula. */
const DEFAULT_TOLERANCE: Tolerance = { absolute: 1e-6, relative: 1e-6 };

/**
 * Asserts that two sets of values have one shape and agree element by element.
 *
 * Shapes are compared first; a typed array has none, so against it only the count is compared. NaN equals NaN alone,
 * an infinity equals itself alone. The message names the element furthest beyond its tolerance.
 *
 * @param tolerance absolute 1e-6 and relative 1e-6 when left out; a part left out of a given tolerance is 0.
 * @throws an assertion error.
 */
export function expectClose(actual: Values, expected: Values, tolerance: Tolerance = DEFAULT_TOLERANCE): void {
  const a = readValues(actual);
  const e = readValues(expected);
  if (a.shape !== undefined && e.shape !== undefined && !sameShape(a.shape, e.shape)) {
    assert.fail(`expected shape [${e.shape.join(", ")}], got [${a.shape.join(", ")}]`);
  }
  if (a.data.length !== e.data.length) assert.fail(`expected ${e.data.length} values, got ${a.data.length}`);

  const { absolute = 0, relative = 0 } = tolerance;
  let worst = -1;
  let worstExcess = 0;
  let beyond = 0;
  for (let i = 0; i < a.data.length; i++) {
    const excess = excessOf(a.data[i]!, e.data[i]!, absolute, relative);
    if (excess <= 0) continue;
    beyond++;
    if (excess > worstExcess) {
      worstExcess = excess;
      worst = i;
    }
  }
  if (worst < 0) return;
  const at = indexText(worst, e.shape ?? a.shape);
  const [got, want] = [a.data[worst]!, e.data[worst]!];
  assert.fail(
    `expected ${want} at ${at}, got ${got} (difference ${got - want}, allowed ${absolute + relative * Math.abs(want)}); ` +
      `${beyond} of ${a.data.length} values differ`,
  );
}

/** How far a pair lies beyond its tolerance; 0 or less when it agrees. */
function excessOf(actual: number, expected: number, absolute: number, relative: number): number {
  if (Object.is(actual, expected) || actual === expected) return 0;
  if (!Number.isFinite(actual) || !Number.isFinite(expected)) return Infinity;
  return Math.abs(actual - expected) - (absolute + relative * Math.abs(expected));
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

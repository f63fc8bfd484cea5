/** Texts in Python's notation, of which Gluon's printed forms are made. */

/** A tuple: `(5, 5)`, `(5,)`, `()`. */
export function tupleText(values: readonly number[]): string {
  return values.length === 1 ? `(${values[0]},)` : `(${values.join(", ")})`;
}

/** A float in its shortest form: `0.9`, `1.0`, `1e-05`. */
export function floatText(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e16)) {
    return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

/** `True` or `False`. */
export function booleanText(value: boolean): string {
  return value ? "True" : "False";
}

/** Lines after the first moved two spaces to the right. */
export function indentFollowing(text: string): string {
  return text.replaceAll("\n", "\n  ");
}

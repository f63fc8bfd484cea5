import type { Localized } from "./localized.ts";

/** How live numbers stand to recorded ones. */
export type VerdictKind = "equal" | "compatible" | "different" | "not-comparable";

/** What live numbers were compared with. */
export type Reference =
  /** Printed or stated in the notebook. */
  | "notebook"
  /** The arithmetic of `@camada/conv-math`. */
  | "formula"
  /** A plain nested loop over the same numbers. */
  | "loop"
  /** Facts of the data's publisher. */
  | "publisher"
  /** Many runs of the same training. */
  | "runs";

/** One comparison. */
interface ComparedItem {
  readonly name: string;
  readonly live: number | string;
  /** A value, or a band as text, e.g. `0.924 … 0.935`. */
  readonly expected: number | string;
  readonly agrees: boolean;
}

/** One thing that was checked, number by number. */
export interface Check {
  readonly kind: VerdictKind;
  readonly what: Localized;
  readonly against: Reference;
  /** Everything compared; empty only where nothing is comparable. */
  readonly items: readonly ComparedItem[];
  /** Largest difference allowed; 0 stands for identical. */
  readonly tolerance?: number;
  /** Largest difference found. */
  readonly worst?: number;
  /** The band of a compatible value, in words. */
  readonly band?: Localized;
  /** Why it differs, or why it cannot be compared. */
  readonly reason?: Localized;
}

/** The outcome of a cell: its checks, and the worst of them. */
export interface Verdict {
  readonly kind: VerdictKind;
  readonly checks: readonly Check[];
}

interface Question {
  readonly what: Localized;
  readonly against: Reference;
}

/**
 * Compares numbers one by one.
 * @param question.tolerance largest absolute difference that is still equal, default 0: identical. NaN equals nothing.
 * @param question.names one for each number; default `[0]`, `[1]`, …
 */
export function compareNumbers(
  question: Question & {
    readonly live: ArrayLike<number>;
    readonly expected: ArrayLike<number>;
    readonly tolerance?: number;
    readonly names?: readonly string[];
  },
): Check {
  const { what, against, live, expected, tolerance = 0, names } = question;
  if (expected.length === 0) throw new Error(`compareNumbers: expected numbers to compare with, got none`);
  if (live.length !== expected.length) return lengthsDiffer(question, live.length, expected.length);
  let worst = 0;
  const items = Array.from(live, (value, i): ComparedItem => {
    const wanted = expected[i]!;
    const difference = Math.abs(value - wanted);
    if (!(difference <= worst)) worst = difference;
    return { name: names?.[i] ?? `[${i}]`, live: value, expected: wanted, agrees: difference <= tolerance };
  });
  return { ...settle(what, against, items), tolerance, worst };
}

/** Compares texts or shapes, one by one: equal means the same characters. */
export function compareTexts(
  question: Question & {
    readonly live: readonly string[];
    readonly expected: readonly string[];
    readonly names?: readonly string[];
  },
): Check {
  const { what, against, live, expected, names } = question;
  if (expected.length === 0) throw new Error(`compareTexts: expected texts to compare with, got none`);
  if (live.length !== expected.length) return lengthsDiffer(question, live.length, expected.length);
  const items = live.map((text, i): ComparedItem => {
    return { name: names?.[i] ?? `[${i}]`, live: text, expected: expected[i]!, agrees: text === expected[i] };
  });
  return { ...settle(what, against, items), tolerance: 0 };
}

/** A value and the closed band it must lie in. */
export interface BandedValue {
  readonly name: string;
  readonly live: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Asks whether values lie in their bands: `compatible`, or `different` with the first that does not.
 * @param question.band the band in words, printed with the verdict.
 */
export function compareBands(
  question: Question & { readonly values: readonly BandedValue[]; readonly band: Localized },
): Check {
  const { what, against, values, band } = question;
  if (values.length === 0) throw new Error(`compareBands: expected values, got none`);
  const items = values.map(({ name, live, low, high }): ComparedItem => {
    return { name, live, expected: `${low} … ${high}`, agrees: live >= low && live <= high };
  });
  return { ...settle(what, against, items, "compatible"), band };
}

/** Asks whether a text is one of several: `compatible`, or `different`. */
export function compareOneOf(
  question: Question & {
    readonly name: string;
    readonly live: string;
    readonly allowed: readonly string[];
    readonly band: Localized;
  },
): Check {
  const { what, against, name, live, allowed, band } = question;
  const items = [{ name, live, expected: allowed.join(" | "), agrees: allowed.includes(live) }];
  return { ...settle(what, against, items, "compatible"), band };
}

/** Says that nothing was compared, and why. */
export function notComparable(what: Localized, reason: Localized, against: Reference = "notebook"): Check {
  return { kind: "not-comparable", what, against, items: [], reason };
}

const SEVERITY: readonly VerdictKind[] = ["not-comparable", "equal", "compatible", "different"];

/**
 * The verdict of a cell: the worst of its checks. What could not be compared never hides what could.
 * @throws {Error} without checks: nothing compared is no verdict.
 */
export function verdictOf(checks: readonly Check[]): Verdict {
  if (checks.length === 0) throw new Error("verdictOf: expected at least one check, got none");
  const kind = SEVERITY[Math.max(...checks.map((check) => SEVERITY.indexOf(check.kind)))]!;
  return { kind, checks };
}

function settle(
  what: Localized,
  against: Reference,
  items: readonly ComparedItem[],
  success: "equal" | "compatible" = "equal",
): Check {
  const wrong = items.filter(({ agrees }) => !agrees);
  const [first] = wrong;
  if (first === undefined) return { kind: success, what, against, items };
  const place = `${first.name}: ${first.live} ≠ ${first.expected}`;
  const reason = {
    "pt-BR": `${wrong.length} de ${items.length} não ${wrong.length === 1 ? "confere" : "conferem"}; ${place}`,
    en: `${wrong.length} of ${items.length} ${wrong.length === 1 ? "does" : "do"} not agree; ${place}`,
  };
  return { kind: "different", what, against, items, reason };
}

function lengthsDiffer({ what, against }: Question, live: number, expected: number): Check {
  const reason = {
    "pt-BR": `esperados ${expected} valores, obtidos ${live}`,
    en: `expected ${expected} values, got ${live}`,
  };
  const items = [{ name: "length", live, expected, agrees: false }];
  return { kind: "different", what, against, items, reason };
}

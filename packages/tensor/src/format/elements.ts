import { shortestDecimal, type Decimal } from "./digits.ts";

/** Writes one element of an array, as wide as every other. */
export type ElementFormat = (value: number) => string;

/** Digits after the point that NumPy prints at most. */
const PRECISION = 8;

/** Chooses the form of integers: right-aligned. */
export function integerFormat(values: readonly number[]): ElementFormat {
  const width = Math.max(0, ...values.map((value) => String(value).length));
  return (value) => String(value).padStart(width);
}

/** Booleans, as wide as `False`. */
export const booleanFormat: ElementFormat = (value) => (value === 0 ? "False" : " True");

/** Chooses one form for all float32 values of an array: positional, or scientific when they differ too much in size. */
export function floatFormat(values: readonly number[]): ElementFormat {
  const finite = values.filter(Number.isFinite);
  const format = needsExponent(finite) ? scientificFormat(finite) : positionalFormat(finite);
  const longest = Math.max(0, ...values.map((value) => (Number.isFinite(value) ? 0 : specialText(value).length)));
  const width = Math.max(format.width, longest);
  return (value) => (Number.isFinite(value) ? format.text(value) : specialText(value)).padStart(width);
}

/** One value alone, as NumPy prints a scalar. */
export function scalarText(value: number): string {
  if (!Number.isFinite(value)) return specialText(value);
  const size = Math.abs(value);
  const all = () => ({ least: 1, most: Infinity });
  const decimal = shortestDecimal(size, all);
  if (size === 0 || (size >= 1e-4 && size < 1e16)) {
    const [whole, fraction] = positional(decimal);
    return `${sign(value)}${whole}.${fraction === "" ? "0" : fraction}`;
  }
  const { digits, exponent } = decimal;
  const fraction = digits.slice(1);
  return `${sign(value)}${digits[0]}${fraction === "" ? "" : "."}${fraction}e${exponentText(exponent - 1)}`;
}

interface FiniteFormat {
  readonly width: number;
  readonly text: (value: number) => string;
}

/** Scientific when something is 1e8 or more, less than 1e-4, or the largest over 1000 times the smallest; zeros aside. */
function needsExponent(finite: readonly number[]): boolean {
  const sizes = finite.map(Math.abs).filter((size) => size > 0);
  if (sizes.length === 0) return false;
  const [largest, smallest] = [Math.max(...sizes), Math.min(...sizes)];
  return largest >= 1e8 || smallest < 1e-4 || Math.fround(largest / smallest) > 1000;
}

/** Points stand under one another; shorter fractions are filled with spaces. No digit before the point is left out. */
function positionalFormat(finite: readonly number[]): FiniteFormat {
  const parts = (value: number): [whole: string, fraction: string] => {
    const range = (exponent: number) => ({ least: exponent, most: exponent + PRECISION });
    const [whole, fraction] = positional(shortestDecimal(Math.abs(value), range));
    return [sign(value) + whole, fraction];
  };
  const left = Math.max(0, ...finite.map((value) => parts(value)[0].length));
  const right = Math.max(0, ...finite.map((value) => parts(value)[1].length));
  return {
    width: left + 1 + right,
    text: (value) => {
      const [whole, fraction] = parts(value);
      return `${whole.padStart(left)}.${fraction.padEnd(right)}`;
    },
  };
}

/**
 * All mantissas have the digits that the longest needs. A shorter one is not filled with zeros, but with the digits that
 * the float32 really has.
 */
function scientificFormat(finite: readonly number[]): FiniteFormat {
  const decimal = (value: number, least: number, most: number) =>
    shortestDecimal(Math.abs(value), () => ({ least, most }));
  const shortest = finite.map((value) => decimal(value, 1, PRECISION + 1));
  const count = Math.max(...shortest.map(({ digits }) => digits.length));
  const exponentWidth = Math.max(...shortest.map(({ exponent }) => exponentText(exponent - 1).length));
  const left = Math.max(...finite.map((value) => sign(value).length + 1));

  const text = (value: number) => {
    const { digits, exponent } = decimal(value, count, count);
    const [signText, size] = [sign(value), exponentText(exponent - 1)];
    const mantissa = `${(signText + digits[0]).padStart(left)}.${digits.slice(1).padEnd(count - 1, "0")}`;
    return `${mantissa}e${size[0]}${size.slice(1).padStart(exponentWidth - 1, "0")}`;
  };
  return { width: left + count + 1 + exponentWidth, text };
}

/** The digits before and after the point. */
function positional({ digits, exponent }: Decimal): [whole: string, fraction: string] {
  if (exponent <= 0) return ["0", (digits === "0" ? "" : "0".repeat(-exponent)) + digits];
  return [digits.slice(0, exponent).padEnd(exponent, "0"), digits.slice(exponent)];
}

function exponentText(exponent: number): string {
  return (exponent < 0 ? "-" : "+") + String(Math.abs(exponent)).padStart(2, "0");
}

function sign(value: number): string {
  return value < 0 || Object.is(value, -0) ? "-" : "";
}

function specialText(value: number): string {
  return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
}

/** A positive number in decimal: `0.d₁d₂d₃… · 10^exponent`. */
export interface Decimal {
  /** Without trailing zeros; `"0"` for zero. */
  readonly digits: string;
  readonly exponent: number;
}

/** When to stop: never before `least` and never after `most` digits, counted from the first one. */
export interface DigitRange {
  readonly least: number;
  readonly most: number;
}

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/**
 * The shortest decimal that rounds to a float32 and to no other, the closest of that length; cut to `range`, where it is
 * rounded to nearest, ties to even.
 *
 * Digits are generated one by one from the exact fraction `value / scale` until what is left lies within half the
 * distance to a neighbouring float32.
 *
 * @param x a finite float32, 0 or above.
 * @param range from the exponent of the first digit.
 * @see Steele, White: "How to print floating-point numbers accurately", PLDI 1990; NumPy 1.23 `dragon4.c`
 */
export function shortestDecimal(x: number, range: (exponent: number) => DigitRange): Decimal {
  if (x === 0) return { digits: "0", exponent: 1 };
  float[0] = x;
  const biased = bits[0]! >>> 23;
  const fraction = bits[0]! & 0x7fffff;
  const mantissa = biased === 0 ? fraction : fraction | 0x800000;
  const power = Math.max(biased, 1) - 150;
  // The lower neighbour of a power of two is half as far away as the upper one.
  const narrowBelow = fraction === 0 && biased > 1;
  const inclusive = mantissa % 2 === 0;

  const up = 1n << BigInt(Math.max(power, 0));
  let value = BigInt(mantissa) * up * 4n;
  let scale = 4n << BigInt(Math.max(-power, 0));
  let below = narrowBelow ? up : 2n * up;
  let above = 2n * up;

  let exponent = Math.floor(Math.log10(x)) + 1;
  if (exponent > 0) scale *= 10n ** BigInt(exponent);
  else
    [value, below, above] = [value, below, above].map((n) => n * 10n ** BigInt(-exponent)) as [bigint, bigint, bigint];
  // The logarithm may be off by one near powers of ten.
  if (value >= scale) {
    exponent++;
    scale *= 10n;
  } else if (value * 10n < scale) {
    exponent--;
    [value, below, above] = [value * 10n, below * 10n, above * 10n];
  }

  const { least, most } = range(exponent);
  let digits = "";
  let digit = 0;
  let low = false;
  let high = false;
  do {
    [value, below, above] = [value * 10n, below * 10n, above * 10n];
    if (digits.length > 0 || digit > 0) digits += digit;
    digit = Number(value / scale);
    value %= scale;
    low = inclusive ? value <= below : value < below;
    high = inclusive ? value + above >= scale : value + above > scale;
  } while (value > 0n && digits.length + 1 < most && !((low || high) && digits.length + 1 >= least));

  const half = value * 2n - scale;
  const roundUp = low === high ? half > 0n || (half === 0n && digit % 2 === 1) : high;
  return roundUp ? incremented(digits + digit, exponent) : trimmed(digits + digit, exponent);
}

function incremented(digits: string, exponent: number): Decimal {
  const kept = digits.replace(/9+$/, "");
  if (kept === "") return { digits: "1", exponent: exponent + 1 };
  return { digits: kept.slice(0, -1) + (Number(kept.at(-1)) + 1), exponent };
}

function trimmed(digits: string, exponent: number): Decimal {
  return { digits: digits.replace(/0+$/, ""), exponent };
}

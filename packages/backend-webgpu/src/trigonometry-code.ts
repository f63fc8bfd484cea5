/**
 * Sines and their inverses in WGSL. WGSL's own need only be right to 2^-11, and on some devices are no better, which is too
 * little for a gradient.
 */
import { guarded, MISSING } from "./activation-code.ts";

/**
 * `sine` and `cosine` of at most an eighth of a turn: `r + r z P(z)` and `1 - z/2 + z² Q(z)` with `z = r²`, where P and Q
 * interpolate at Chebyshev's points and err by less than their roundings.
 */
const SINES = `
fn sine(r: f32) -> f32 {
  let z = r * r;
  return r + r * (z * ((-0.0001958789 * z + 0.008332748) * z - 0.16666664));
}
fn cosine(r: f32) -> f32 {
  let z = r * r;
  return (1.0 - 0.5 * z) + (z * z) * ((0.000024547942 * z - 0.0013888302) * z + 0.041666664);
}`;

/**
 * `angleOf(size)` takes quarters of a turn off an angle from 0 on: the nearest number of them, and the angle that is left.
 *
 * The float is `m 2^e` with an integer m of 24 bits. Of 2/π only those 96 bits matter that put the product's last two whole
 * bits, the quarters, and 70 bits of its fraction at the top of the product: what comes before adds whole turns. The numbers
 * of float32 that are nearest to whole quarters are some 2^-31 away from them, so that their digits are right as well.
 */
const ANGLE = `
/** The binary digits of 2/π, behind a word of zeros. */
const TWO_OVER_PI = array<u32, 8>(0u, 0xa2f9836eu, 0x4e441529u, 0xfc2757d1u, 0xf534ddc0u, 0xdb629599u, 0x3c439041u, 0xfe5163abu);
struct Angle { quarters: u32, rest: f32 };
/** The upper half of a product. */
fn upper(a: u32, b: u32) -> u32 {
  let low = (a & 0xffffu) * (b & 0xffffu);
  let left = (a >> 16u) * (b & 0xffffu);
  let right = (a & 0xffffu) * (b >> 16u);
  let middle = (low >> 16u) + (left & 0xffffu) + (right & 0xffffu);
  return (a >> 16u) * (b >> 16u) + (left >> 16u) + (right >> 16u) + (middle >> 16u);
}
fn angleOf(size: f32) -> Angle {
  if (size <= 0.7853981) { return Angle(0u, size); }
  let bits = bitcast<u32>(size);
  let m = (bits & 0x7fffffu) | 0x800000u;
  var digits = TWO_OVER_PI;
  let first = (bits >> 23u) - 120u;
  let word = first >> 5u;
  let shift = first & 31u;
  // In two steps: a shift by all 32 bits is none in WGSL.
  let window0 = (digits[word] << shift) | ((digits[word + 1u] >> 1u) >> (31u - shift));
  let window1 = (digits[word + 1u] << shift) | ((digits[word + 2u] >> 1u) >> (31u - shift));
  let window2 = (digits[word + 2u] << shift) | ((digits[word + 3u] >> 1u) >> (31u - shift));
  let product2 = m * window2;
  let part1 = m * window1;
  let product1 = part1 + upper(m, window2);
  let product0 = m * window0 + upper(m, window1) + select(0u, 1u, product1 < part1);
  var quarters = product0 >> 30u;
  var high = (product0 << 2u) | (product1 >> 30u);
  var low = (product1 << 2u) | (product2 >> 30u);
  let isAbove = high >= 0x80000000u;
  if (isAbove) {
    quarters++;
    high = ~high;
    low = ~low;
  }
  // Their first 32 digits, times those of π/2: rounded once, to a number of float32.
  var zeros = 0u;
  if (high == 0u) {
    high = low;
    low = 0u;
    zeros = 32u;
  }
  let gap = countLeadingZeros(high);
  let significant = (high << gap) | ((low >> 1u) >> (31u - gap));
  let rest = f32(upper(significant, 0xc90fdaa2u)) * bitcast<f32>((96u - zeros - gap) << 23u);
  return Angle(quarters, select(rest, -rest, isAbove));
}
fn isInfinite(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) == 0x7f800000u; }
/** The number with the other sign where x has one. */
fn odd(y: f32, x: f32) -> f32 { return bitcast<f32>(bitcast<u32>(y) ^ (bitcast<u32>(x) & 0x80000000u)); }`;

/** `y` of the angle `a` in quarters 0 and 1; `y` has the other sign in quarters 2 and 3. */
const turned = (even: string, uneven: string): string => `
  if (isInfinite(x)) { return missing(); }
  let a = angleOf(abs(x));
  let isUneven = (a.quarters & 1u) == 1u;
  let y = select(${even}, ${uneven}, isUneven);`;

/**
 * `arc(size)` is the arc sine of at most a half, `s + s z P(z)` with `z = s²`, where P interpolates `(asin(s)/s - 1)/z` at
 * Chebyshev's points. Beyond a half, `asin(s) = π/2 - 2 asin(√((1 - s)/2))`.
 */
const ARC = `
fn arc(s: f32) -> f32 {
  let z = s * s;
  return s + s * (z * ((((0.038085025 * z + 0.026554542) * z + 0.04500138) * z + 0.07498855) * z + 0.16666673));
}`;
const HALF_TURN = "3.1415927";
const QUARTER_TURN = "1.5707964";

/** The functions `activate` of an angle or a sine, each with what it calls. */
export const trigonometryCode = {
  sin: `${MISSING}${SINES}${ANGLE}
${guarded(`${turned("sine(a.rest)", "cosine(a.rest)")} return odd(select(y, -y, a.quarters % 4u >= 2u), x);`)}`,
  cos: `${MISSING}${SINES}${ANGLE}
${guarded(`${turned("cosine(a.rest)", "-sine(a.rest)")} return select(y, -y, a.quarters % 4u >= 2u);`)}`,
  tan: `${MISSING}${SINES}${ANGLE}
${guarded(`${turned("sine(a.rest)", "-cosine(a.rest)")}
  return odd(y / select(cosine(a.rest), sine(a.rest), isUneven), x);`)}`,
  asin: `${MISSING}${ARC}
${guarded(`let size = abs(x);
  if (size > 1.0) { return missing(); }
  if (size <= 0.5) { return arc(x); }
  return sign(x) * (${QUARTER_TURN} - 2.0 * arc(sqrt(0.5 - 0.5 * size)));`)}`,
  acos: `${MISSING}${ARC}
${guarded(`let size = abs(x);
  if (size > 1.0) { return missing(); }
  if (size <= 0.5) { return ${QUARTER_TURN} - arc(x); }
  let angle = 2.0 * arc(sqrt(0.5 - 0.5 * size));
  return select(angle, ${HALF_TURN} - angle, x < 0.0);`)}`,
} as const;

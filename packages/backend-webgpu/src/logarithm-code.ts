/**
 * Logarithms in WGSL. WGSL's own are right to 2^-21 between a half and two, so that those near one have no digit left, and
 * on some devices they lose what is no number.
 */
import { guarded, INFINITY, MISSING } from "./activation-code.ts";
import { LOG1P } from "./log1p-code.ts";

/**
 * `logarithm(x)` of a positive number: with `x = m 2^e` and m from 1/√2 to √2 it is `e ln 2 + log1p(m - 1)`, where ln 2 is
 * the sum of a number of 15 binary digits, whose products with e are exact, and of the rest.
 */
const LOGARITHM = `${MISSING}${INFINITY}${LOG1P}
fn logarithm(x: f32) -> f32 {
  let bits = bitcast<u32>(abs(x));
  // A device may take for 0 what is below the normal numbers.
  if (bits < 0x800000u) { return -infinity(); }
  if (bits >= 0x7f800000u) { return x; }
  // Half a step of the exponent above the root of a half, counted from there.
  let above = bits - 0x3f3504f3u;
  let e = f32(bitcast<i32>(above) >> 23u);
  let m = bitcast<f32>((above & 0x7fffffu) + 0x3f3504f3u);
  return e * 0.693145751953125 + (log1p(m - 1.0) + e * 0.0000014286068);
}
/** The logarithm of \`1 + u\` for any u from -1 on. */
fn logOfOneAnd(u: f32) -> f32 {
  if (u < -0.5 || u > 1.0) { return logarithm(1.0 + u); }
  return log1p(u);
}`;

/** The functions `activate` of logarithms, and of the inverse functions of hyperbolic ones, with what they call. */
export const logarithmCode = {
  log: `${LOGARITHM}
${guarded("if (x < 0.0) { return missing(); } return logarithm(x);")}`,
  log1p: `${LOGARITHM}
${guarded("if (x < -1.0) { return missing(); } return logOfOneAnd(x);")}`,
  // Squares of numbers beyond 2^60 are infinite, and 1 is nothing beside them.
  acosh: `${LOGARITHM}
${guarded(`if (x < 1.0) { return missing(); }
  if (x > 1048576.0) { return logarithm(x) + 0.6931472; }
  let t = x - 1.0;
  return logOfOneAnd(t + sqrt(t * (t + 2.0)));`)}`,
  asinh: `${LOGARITHM}
${guarded(`let size = abs(x);
  var y = logarithm(size) + 0.6931472;
  if (size <= 1048576.0) { y = logOfOneAnd(size + size * size / (1.0 + sqrt(size * size + 1.0))); }
  return bitcast<f32>(bitcast<u32>(y) | (bitcast<u32>(x) & 0x80000000u));`)}`,
  atanh: `${LOGARITHM}
${guarded(`let size = abs(x);
  if (size > 1.0) { return missing(); }
  if (size == 1.0) { return sign(x) * infinity(); }
  let y = 0.5 * logOfOneAnd(2.0 * size / (1.0 - size));
  return bitcast<f32>(bitcast<u32>(y) | (bitcast<u32>(x) & 0x80000000u));`)}`,
} as const;

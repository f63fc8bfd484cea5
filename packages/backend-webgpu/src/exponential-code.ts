import { INFINITY } from "./activation-code.ts";

/**
 * `exponential(x)` in WGSL, to a unit in the last place; of WGSL's own that is 3 + 2|x|.
 *
 * With the whole number n that is nearest to x / ln 2 it is `2^n e^r`, where `r = x - n ln 2` is the difference of two
 * numbers, as ln 2 is the sum of one of 15 binary digits, whose products with n are exact, and of the rest. `e^r` is
 * `1 + r + r² P(r)`, where P interpolates `(e^r - 1 - r)/r²` at Chebyshev's points. The power is put together from two, as
 * either of the largest and the smallest alone is no number of float32.
 */
export const EXPONENTIAL = `${INFINITY}
fn powerOfTwo(n: i32) -> f32 { return bitcast<f32>((127 + n) << 23u); }
fn exponential(x: f32) -> f32 {
  if (x > 88.72284) { return infinity(); }
  if (x < -104.0) { return 0.0; }
  let n = round(x * 1.442695);
  let high = x - n * 0.693145751953125;
  let low = n * 0.0000014286068;
  let r = high - low;
  let p = (((0.0013926176 * r + 0.008363173) * r + 0.041666556) * r + 0.16666578) * r + 0.5;
  let y = 1.0 + (high - (low - r * r * p));
  let half = i32(n) >> 1u;
  return y * powerOfTwo(half) * powerOfTwo(i32(n) - half);
}`;

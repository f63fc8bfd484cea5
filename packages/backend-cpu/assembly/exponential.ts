const LOG2_E: f32 = 1.44269504;
/** ln 2 in two parts: products of the first with |n| < 2^9 are exact. */
const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -2.1219444e-4;
/** Adding it rounds a float32 below 2^22 to an integer, which then stands in the low bits. */
const ROUNDER: f32 = 12582912;

/**
 * Vectors of exponentials. Arguments are split as `z = n ln2 + r` with `|r| <= ln2 / 2`; the polynomial is the Taylor
 * series of `e^r - 1` to degree 8, whose remainder is below 2^-30 of the result there.
 */
export abstract class Exponential {
  /** The integer nearest to `z / ln2`, in the low bits of `ROUNDER + n`. */
  @inline
  private static roundedBits(z: v128): v128 {
    return f32x4.add(f32x4.mul(z, f32x4.splat(LOG2_E)), f32x4.splat(ROUNDER));
  }

  /** `z - n ln2`. */
  @inline
  private static reduced(z: v128, bits: v128): v128 {
    const n = f32x4.sub(bits, f32x4.splat(ROUNDER));
    const high = f32x4.sub(z, f32x4.mul(n, f32x4.splat(LN2_HIGH)));
    return f32x4.sub(high, f32x4.mul(n, f32x4.splat(LN2_LOW)));
  }

  /** `e^r - 1` for `|r| <= ln2 / 2`, summed in pairs: the processor waits for chains of operations, not for their count. */
  @inline
  private static expm1Reduced(r: v128): v128 {
    const r2 = f32x4.mul(r, r);
    const p23 = f32x4.add(f32x4.mul(r, f32x4.splat(0.166666667)), f32x4.splat(0.5));
    const p45 = f32x4.add(f32x4.mul(r, f32x4.splat(8.33333333e-3)), f32x4.splat(4.16666667e-2));
    const p67 = f32x4.add(f32x4.mul(r, f32x4.splat(1.98412698e-4)), f32x4.splat(1.38888889e-3));
    const p678 = f32x4.add(p67, f32x4.mul(r2, f32x4.splat(2.48015873e-5)));
    const p2345 = f32x4.add(p23, f32x4.mul(r2, p45));
    const p = f32x4.add(p2345, f32x4.mul(f32x4.mul(r2, r2), p678));
    return f32x4.add(r, f32x4.mul(r2, p));
  }

  /** `2^n` for `-126 <= n <= 127`, `n` in the low bits. */
  @inline
  private static powerOfTwo(n: v128): v128 {
    return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
  }

  /** `e^z - 1` for `z` in `[-87, 0]`, or NaN; relative error below 2 ulp. */
  @inline
  static expm1Negative(z: v128): v128 {
    const bits = Exponential.roundedBits(z);
    const p = Exponential.expm1Reduced(Exponential.reduced(z, bits));
    const scale = Exponential.powerOfTwo(i32x4.sub(bits, i32x4.splat(0x4b400000)));
    return f32x4.add(f32x4.mul(scale, p), f32x4.sub(scale, f32x4.splat(1)));
  }

  /** `e^z` for any `z <= 0`, down to denormal results and zero. */
  @inline
  static expNegative(z: v128): v128 {
    z = f32x4.pmax(z, f32x4.splat(-110)); // NaN stays
    const bits = Exponential.roundedBits(z);
    const p = Exponential.expm1Reduced(Exponential.reduced(z, bits));
    const n = i32x4.sub(bits, i32x4.splat(0x4b400000));
    const half = i32x4.shr_s(n, 1);
    const whole = f32x4.add(p, f32x4.splat(1));
    // In two factors, since 2^n itself may be below the smallest normal number.
    return f32x4.mul(f32x4.mul(whole, Exponential.powerOfTwo(half)), Exponential.powerOfTwo(i32x4.sub(n, half)));
  }

  /** `ln(1 + e)` for `e` in `[0, 1]`: `2 artanh(e / (2 + e))` by its series in `s^2 <= 1/9`. */
  @inline
  static log1pUnit(e: v128): v128 {
    const s = f32x4.div(e, f32x4.add(e, f32x4.splat(2)));
    const q = f32x4.mul(s, s);
    let p = f32x4.mul(q, f32x4.splat(<f32>(1.0 / 15.0)));
    p = f32x4.mul(f32x4.add(p, f32x4.splat(<f32>(1.0 / 13.0))), q);
    p = f32x4.mul(f32x4.add(p, f32x4.splat(<f32>(1.0 / 11.0))), q);
    p = f32x4.mul(f32x4.add(p, f32x4.splat(<f32>(1.0 / 9.0))), q);
    p = f32x4.mul(f32x4.add(p, f32x4.splat(<f32>(1.0 / 7.0))), q);
    p = f32x4.mul(f32x4.add(p, f32x4.splat(<f32>(1.0 / 5.0))), q);
    p = f32x4.mul(f32x4.add(p, f32x4.splat(<f32>(1.0 / 3.0))), q);
    const twice = f32x4.add(s, s);
    return f32x4.add(twice, f32x4.mul(twice, p));
  }
}

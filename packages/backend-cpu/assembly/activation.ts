import { Exponential } from "./exponential";

/** The kinds, numbered as in `src/wasm/activation.ts`; 0 is the identity. */
const RELU: i32 = 1;
const SIGMOID: i32 = 2;
const TANH: i32 = 3;
const SOFTRELU: i32 = 4;
const SOFTSIGN: i32 = 5;

/** Values and derivatives of four numbers. */
abstract class Formula {
  /** `tanh x = -t / (2 + t)` with `t = e^(-2|x|) - 1`, which keeps full relative accuracy at zero. */
  @inline
  static tanh(x: v128): v128 {
    const size = f32x4.abs(x);
    // Beyond 20 the result is 1 in float32; the bound also keeps infinity out of the reduction.
    const z = f32x4.pmax(f32x4.mul(size, f32x4.splat(-2)), f32x4.splat(-40));
    const t = Exponential.expm1Negative(z);
    const y = f32x4.div(f32x4.neg(t), f32x4.add(t, f32x4.splat(2)));
    return v128.bitselect(x, y, i32x4.splat(0x80000000));
  }

  /** `1 / (1 + e^-x)`, from `e^-|x|` so that nothing overflows. */
  @inline
  static sigmoid(x: v128): v128 {
    const e = Exponential.expNegative(f32x4.neg(f32x4.abs(x)));
    const one = f32x4.splat(1);
    const numerator = v128.bitselect(e, one, f32x4.lt(x, f32x4.splat(0)));
    return f32x4.div(numerator, f32x4.add(e, one));
  }

  /** `ln(1 + e^x) = max(x, 0) + ln(1 + e^-|x|)`. */
  @inline
  static softrelu(x: v128): v128 {
    const e = Exponential.expNegative(f32x4.neg(f32x4.abs(x)));
    return f32x4.add(f32x4.max(x, f32x4.splat(0)), Exponential.log1pUnit(e));
  }

  @inline
  static activated(x: v128, kind: i32): v128 {
    if (kind == RELU) return f32x4.max(x, f32x4.splat(0));
    if (kind == SIGMOID) return Formula.sigmoid(x);
    if (kind == TANH) return Formula.tanh(x);
    if (kind == SOFTRELU) return Formula.softrelu(x);
    if (kind == SOFTSIGN) return f32x4.div(x, f32x4.add(f32x4.abs(x), f32x4.splat(1)));
    return x;
  }

  /** `dy` times the derivative, which every kind can tell from its value `y`. */
  @inline
  static differentiated(dy: v128, y: v128, kind: i32): v128 {
    const one = f32x4.splat(1);
    if (kind == RELU) return v128.and(dy, f32x4.gt(y, f32x4.splat(0)));
    if (kind == SIGMOID) return f32x4.mul(dy, f32x4.mul(y, f32x4.sub(one, y)));
    if (kind == TANH) return f32x4.mul(dy, f32x4.sub(one, f32x4.mul(y, y)));
    if (kind == SOFTRELU) {
      const t = Exponential.expm1Negative(f32x4.max(f32x4.neg(y), f32x4.splat(-80)));
      return f32x4.neg(f32x4.mul(dy, t));
    }
    if (kind == SOFTSIGN) {
      const rest = f32x4.sub(one, f32x4.abs(y));
      return f32x4.mul(dy, f32x4.mul(rest, rest));
    }
    return dy;
  }
}

/** Loops over many numbers, inlined once for each kind, so that they have no branches. */
abstract class Loop {
  /** Inlined once for each kind, so that the loop has no branches. */
  @inline
  static each(x: usize, y: usize, count: i32, bias: f32, kind: i32): void {
    const shift = f32x4.splat(bias);
    for (; count >= 4; count -= 4) {
      v128.store(y, Formula.activated(f32x4.add(v128.load(x), shift), kind));
      x += 16;
      y += 16;
    }
    for (; count > 0; count--) {
      const one = Formula.activated(f32x4.add(v128.load_splat<f32>(x), shift), kind);
      v128.store_lane<f32>(y, one, 0);
      x += 4;
      y += 4;
    }
  }

  @inline
  static eachGradient(dy: usize, y: usize, dx: usize, count: i32, kind: i32): void {
    for (; count >= 4; count -= 4) {
      v128.store(dx, Formula.differentiated(v128.load(dy), v128.load(y), kind));
      dy += 16;
      y += 16;
      dx += 16;
    }
    for (; count > 0; count--) {
      const one = Formula.differentiated(v128.load_splat<f32>(dy), v128.load_splat<f32>(y), kind);
      v128.store_lane<f32>(dx, one, 0);
      dy += 4;
      y += 4;
      dx += 4;
    }
  }
}

/** `y[i] = f(x[i] + bias)`, `count` numbers; `y` may be `x`. */
export function activate(x: usize, y: usize, count: i32, bias: f32, kind: i32): void {
  switch (kind) {
    case RELU:
      return Loop.each(x, y, count, bias, RELU);
    case SIGMOID:
      return Loop.each(x, y, count, bias, SIGMOID);
    case TANH:
      return Loop.each(x, y, count, bias, TANH);
    case SOFTRELU:
      return Loop.each(x, y, count, bias, SOFTRELU);
    case SOFTSIGN:
      return Loop.each(x, y, count, bias, SOFTSIGN);
    default:
      return Loop.each(x, y, count, bias, 0);
  }
}

/** `dx[i] = dy[i] f'(z[i])` with `y = f(z)`. */
export function activationGradient(dy: usize, y: usize, dx: usize, count: i32, kind: i32): void {
  switch (kind) {
    case RELU:
      return Loop.eachGradient(dy, y, dx, count, RELU);
    case SIGMOID:
      return Loop.eachGradient(dy, y, dx, count, SIGMOID);
    case TANH:
      return Loop.eachGradient(dy, y, dx, count, TANH);
    case SOFTRELU:
      return Loop.eachGradient(dy, y, dx, count, SOFTRELU);
    case SOFTSIGN:
      return Loop.eachGradient(dy, y, dx, count, SOFTSIGN);
    default:
      return Loop.eachGradient(dy, y, dx, count, 0);
  }
}

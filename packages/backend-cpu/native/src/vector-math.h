// Elementary functions of vectors, without branches. Polynomials are minimax fits (Lawson's iteration on Chebyshev
// nodes). Largest errors in units in the last place, over every float of a magnitude from 2^-24 to 104 and a step through all
// others (test/vector-math-check.cc):
//
//   exp 1.04   expm1 1.71 (1.57 with fused multiply-add)   log 0.82   log1p 0.84   tanh 1.07
//   sigmoid 2.48   softrelu 1.66   softsign 1.49   erf 1.90 (1.74 with fused multiply-add)
//
// Denormals count as zeros, in arguments and in results. NaN comes out where NaN goes in.
#pragma once
#include <limits>

#include "simd.h"

namespace camada {

namespace detail {

/** Polynomial in `x`, coefficients from the highest power down to the constant. */
template <class... Rest>
inline Floats polynomial(Floats x, float highest, Rest... rest) {
  Floats sum = splat(highest);
  ((sum = fma(sum, x, splat(rest))), ...);
  return sum;
}

/** `exp(x) = power (1 + rest)`, with `power` a power of two whose exponent is `shifted >> 23`. */
struct ReducedExp {
  Floats rest;
  Ints shifted;
};

inline ReducedExp reduce_exp(Floats x) {
  // Adding 1.5 * 2^23 rounds to an integer, which then stands in the lowest bits.
  const Floats rounder = splat(12582912.0f);
  const Floats rounded = fma(x, splat(1.44269504f), rounder);
  const Floats n = rounded - rounder;
  // ln 2 in two parts: the first has few bits, so that its product with n is exact.
  const Floats r = fma(n, splat(2.12194440e-4f), fma(n, splat(-0.693359375f), x));
  const Floats q = polynomial(r, 1.395171974e-3f, 8.369598538e-3f, 4.166618735e-2f, 1.666651219e-1f, 0.5f);
  return {fma(r * r, q, r), bits_of(rounded) << 23};
}

/** For `-87 < x < 88`, where the result is a normal number; NaN gives anything. */
inline Floats exp_within(Floats x) {
  const ReducedExp e = reduce_exp(x);
  return floats_of(wrapping_sum(bits_of(e.rest + splat(1.0f)), e.shifted));
}

/** `log(x) = exponent ln 2 + log(1 + fraction)`, for positive normal `x`. */
struct ReducedLog {
  Floats exponent;
  Floats fraction;
};

inline ReducedLog reduce_log(Floats x) {
  // The fraction lies between sqrt(1/2) - 1 and sqrt(2) - 1.
  const Ints e = wrapping_difference(bits_of(x), Ints{} + 0x3f3504f3) >> 23;
  return {__builtin_convertvector(e, Floats), floats_of(wrapping_difference(bits_of(x), e << 23)) - splat(1.0f)};
}

/** The logarithm, with `extra` added to the smallest of its terms. */
inline Floats join_log(ReducedLog x, Floats extra) {
  const Floats f = x.fraction;
  const Floats q = polynomial(f, 6.915146858e-2f, -1.178969592e-1f, 1.187301651e-1f, -1.238436997e-1f, 1.421865523e-1f,
                              -1.666924953e-1f, 2.000222653e-1f, -2.499998659e-1f, 3.333331048e-1f);
  const Floats square = f * f;
  Floats rest = fma(x.exponent, splat(-2.12194440e-4f), extra);
  rest = fma(square * f, q, rest);
  rest = fma(square, splat(-0.5f), rest);
  return fma(x.exponent, splat(0.693359375f), f + rest);
}

}  // namespace detail

inline Floats exp(Floats x) {
  Floats y = detail::exp_within(x);
  // The least float whose power is larger than the largest float.
  y = select(x >= splat(88.7228394f), splat(std::numeric_limits<float>::infinity()), y);
  y = select(x < splat(-87.3365402f), Floats{}, y);
  return select(x == x, y, x);
}

/** `exp(x) - 1`, accurate near 0 as well. */
inline Floats expm1(Floats x) {
  // From here on the result is -1 in float32.
  const Floats lowest = splat(-18.0f);
  const detail::ReducedExp e = detail::reduce_exp(select(x < lowest, lowest, x));
  // Half the power, since the largest power is no float32.
  const Floats half = floats_of(wrapping_sum(e.shifted, Ints{} + 0x3f000000));
  const Floats y = fma(half, e.rest, half - splat(0.5f)) * 2.0f;
  return select(x >= splat(88.7228394f), splat(std::numeric_limits<float>::infinity()),
                select(x == Floats{}, x, select(x == x, y, x)));
}

inline Floats log(Floats x) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  Floats y = detail::join_log(detail::reduce_log(x), Floats{});
  y = select(x < splat(kInfinity), y, x);
  y = select(x < splat(std::numeric_limits<float>::min()), splat(-kInfinity), y);
  return select(x < Floats{}, splat(std::numeric_limits<float>::quiet_NaN()), y);
}

/** `log(1 + x)`, accurate near 0 as well. */
inline Floats log1p(Floats x) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const Floats one = splat(1.0f);
  const Floats u = x + one;
  // What rounding took from the sum, in relation to it.
  const Floats lost = select(u >= splat(2.0f), one - (u - x), x - (u - one)) / u;
  Floats y = detail::join_log(detail::reduce_log(u), lost);
  y = select(x < splat(kInfinity), y, x);
  y = select(abs(x) < splat(1e-9f), x, y);
  y = select(u == Floats{}, splat(-kInfinity), y);
  return select(u < Floats{}, splat(std::numeric_limits<float>::quiet_NaN()), y);
}

/** Odd to the last bit. */
inline Floats tanh(Floats x) {
  const Floats magnitude = abs(x);
  // From here on the result is 1 in float32.
  const Floats highest = splat(9.1f);
  const Floats e = detail::exp_within(select(magnitude > highest, highest, magnitude) * 2.0f);
  const Floats large = splat(1.0f) - splat(2.0f) / (e + splat(1.0f));
  const Floats s = magnitude * magnitude;
  const Floats q = detail::polynomial(s, 1.744147507e-3f, -7.669236045e-3f, 2.145944163e-2f, -5.389480293e-2f,
                                      1.333272010e-1f, -3.333331645e-1f);
  const Floats small = fma(s * magnitude, q, magnitude);
  // NaN compares as false and takes the way through the polynomial.
  return with_sign(select(magnitude >= splat(0.75f), large, small), x);
}

/** `1 / (1 + exp(-x))` */
inline Floats sigmoid(Floats x) {
  const Floats one = splat(1.0f);
  return one / (one + exp(-x));
}

/** `log(1 + exp(x))` */
inline Floats softrelu(Floats x) {
  const Floats positive = select(x > Floats{}, x, Floats{});
  return select(x == x, positive + log1p(exp(-abs(x))), x);
}

/** `x / (1 + |x|)` */
inline Floats softsign(Floats x) { return x / (splat(1.0f) + abs(x)); }

inline Floats erf(Floats x) {
  const Floats magnitude = abs(x);
  // From here on the result is 1 in float32.
  const Floats highest = splat(4.0f);
  const Floats t = select(magnitude > highest, highest, magnitude);
  const Floats p = detail::polynomial(t, 5.297049483e-6f, -4.994104165e-5f, -2.743238110e-5f, 2.869113581e-3f,
                                      -2.257560380e-2f, 1.051694825e-1f, 6.356731653e-1f, 1.128541470e+0f);
  const Floats large = splat(1.0f) - detail::exp_within(-t * p);
  const Floats q = detail::polynomial(x * x, 8.538841939e-5f, -8.181927842e-4f, 5.204435904e-3f, -2.686075307e-2f,
                                      1.128371954e-1f, -3.761263490e-1f, 1.283792260e-1f);
  const Floats small = fma(magnitude, q, magnitude);
  return with_sign(select(magnitude >= splat(0.9f), large, small), x);
}

}  // namespace camada

// Functions of one element, as vectors. Each follows what tfjs's JavaScript kernel gives for NaN, infinities and zeros.
#pragma once
#include <cmath>
#include <cstdint>
#include <limits>

#include "lanes.h"
#include "vector-math.h"

namespace camada {

struct Negate {
  Floats operator()(Floats x) const { return -x; }
  Ints operator()(Ints x) const {
    return reinterpret_cast<Ints>(-reinterpret_cast<UnsignedInts>(x));
  }
};

struct Absolute {
  Floats operator()(Floats x) const { return abs(x); }
  Ints operator()(Ints x) const { return x < 0 ? Negate()(x) : x; }
};

struct Square {
  Floats operator()(Floats x) const { return x * x; }
  Ints operator()(Ints x) const {
    const auto value = reinterpret_cast<UnsignedInts>(x);
    return reinterpret_cast<Ints>(value * value);
  }
};

struct SquareRoot {
  Floats operator()(Floats x) const {
#if defined(__AVX512F__)
    return _mm512_maskz_sqrt_ps(0xffff, x);  // the form without a mask makes GCC 12 warn
#elif defined(__AVX2__)
    return _mm256_sqrt_ps(x);
#else
    return lane_by_lane<Floats>([](float value) { return __builtin_sqrtf(value); }, x);
#endif
  }
};

/** Rounds the root, then the quotient: at most one and a half units in the last place from the exact value. */
struct ReciprocalSquareRoot {
  Floats operator()(Floats x) const { return splat(1.0f) / SquareRoot()(x); }
};

struct Reciprocal {
  Floats operator()(Floats x) const { return splat(1.0f) / x; }
};

struct Relu {
  template <class Vector>
  Vector operator()(Vector x) const {
    return x <= 0 ? Vector{} : x;
  }
};

struct Relu6 {
  template <class Vector>
  Vector operator()(Vector x) const {
    return x <= 0 ? Vector{} : x > 6 ? Vector{} + 6 : x;
  }
};

struct LeakyRelu {
  float slope;
  Floats operator()(Floats x) const { return x < 0.0f ? x * slope : x; }
};

struct Elu {
  Floats operator()(Floats x) const { return x >= 0.0f ? x : expm1(x); }
};

struct Selu {
  Floats operator()(Floats x) const {
    return x >= 0.0f ? x * 1.0507009873554805f : expm1(x) * 1.7580993408473768f;
  }
};

/** 1 above 0, else `slope`. */
struct Step {
  float slope;
  Floats operator()(Floats x) const { return x > 0.0f ? splat(1.0f) : x == x ? splat(slope) : x; }
};

struct Sign {
  Floats operator()(Floats x) const { return x > 0.0f ? splat(1.0f) : x < 0.0f ? splat(-1.0f) : Floats{}; }
  Ints operator()(Ints x) const { return (x < 0) - (x > 0); }
};

/** To the nearest integer, ties to even. */
struct Round {
  Floats operator()(Floats x) const {
    // From here on every number is an integer; below, adding and taking away leaves no place for a fraction.
    const Floats whole = splat(8388608.0f);
    const Floats magnitude = abs(x);
    const Floats rounded = (magnitude + whole) - whole;
    return magnitude < whole ? with_sign(rounded, x) : x;
  }
};

struct Floor {
  Floats operator()(Floats x) const {
    const Floats rounded = Round()(x);
    return rounded > x ? rounded - 1.0f : rounded;
  }
};

struct Ceil {
  Floats operator()(Floats x) const {
    const Floats rounded = Round()(x);
    return rounded < x ? rounded + 1.0f : rounded;
  }
};

/** NaN stays. */
struct Clip {
  float lowest;
  float highest;
  Floats operator()(Floats x) const { return x > highest ? splat(highest) : x < lowest ? splat(lowest) : x; }
};

struct IsNan {
  Ints operator()(Floats x) const { return (x != x) & 1; }
};

struct IsInfinite {
  Ints operator()(Floats x) const { return (abs(x) == std::numeric_limits<float>::infinity()) & 1; }
};

struct IsFinite {
  Ints operator()(Floats x) const { return (abs(x) < std::numeric_limits<float>::infinity()) & 1; }
};

struct LogicalNot {
  Ints operator()(Ints x) const { return (x == 0) & 1; }
};

struct Exponential {
  Floats operator()(Floats x) const { return exp(x); }
};

struct ExponentialMinusOne {
  Floats operator()(Floats x) const { return expm1(x); }
};

struct Logarithm {
  Floats operator()(Floats x) const { return log(x); }
};

struct LogarithmOfOnePlus {
  Floats operator()(Floats x) const { return log1p(x); }
};

struct HyperbolicTangent {
  Floats operator()(Floats x) const { return tanh(x); }
};

struct Sigmoid {
  Floats operator()(Floats x) const { return sigmoid(x); }
};

struct Softrelu {
  Floats operator()(Floats x) const { return softrelu(x); }
};

struct Softsign {
  Floats operator()(Floats x) const { return softsign(x); }
};

struct ErrorFunction {
  Floats operator()(Floats x) const { return erf(x); }
};

/** A function of the C library, in double precision and rounded once. */
template <double (*kFunction)(double)>
struct InDouble {
  Floats operator()(Floats x) const {
    return lane_by_lane<Floats>([](float value) { return static_cast<float>(kFunction(value)); }, x);
  }
};

}  // namespace camada

// Functions of two elements, as vectors. Each follows what tfjs's JavaScript kernel gives for NaN, infinities and zeros.
#pragma once
#include <cmath>
#include <cstdint>

#include "lanes.h"
#include "to-int32.h"

namespace camada {

/** Integers wrap around, which only unsigned ones may do. */
inline UnsignedInts as_unsigned(Ints value) { return reinterpret_cast<UnsignedInts>(value); }
inline Ints as_signed(UnsignedInts value) { return reinterpret_cast<Ints>(value); }

struct Add {
  Floats operator()(Floats a, Floats b) const { return a + b; }
  Ints operator()(Ints a, Ints b) const { return as_signed(as_unsigned(a) + as_unsigned(b)); }
};

struct Subtract {
  Floats operator()(Floats a, Floats b) const { return a - b; }
  Ints operator()(Ints a, Ints b) const { return as_signed(as_unsigned(a) - as_unsigned(b)); }
};

struct Multiply {
  Floats operator()(Floats a, Floats b) const { return a * b; }
  Ints operator()(Ints a, Ints b) const { return as_signed(as_unsigned(a) * as_unsigned(b)); }
};

struct SquaredDifference {
  template <class Vector>
  Vector operator()(Vector a, Vector b) const {
    const Vector difference = Subtract()(a, b);
    return Multiply()(difference, difference);
  }
};

struct Divide {
  Floats operator()(Floats a, Floats b) const { return a / b; }
};

/** NaN where either is; of two zeros the positive one. */
struct Maximum {
  Floats operator()(Floats a, Floats b) const {
    const Floats larger = a > b ? a : b;
    return a != a ? a : a == b ? floats_of(bits_of(a) & bits_of(b)) : larger;
  }
  Ints operator()(Ints a, Ints b) const { return a > b ? a : b; }
};

struct Minimum {
  Floats operator()(Floats a, Floats b) const {
    const Floats smaller = a < b ? a : b;
    return a != a ? a : a == b ? floats_of(bits_of(a) | bits_of(b)) : smaller;
  }
  Ints operator()(Ints a, Ints b) const { return a < b ? a : b; }
};

/** JavaScript's, which differs from C's where a base of ±1 meets what is no finite number. */
inline double power(double a, double b) {
  if (b != b || (std::isinf(b) && (a == 1 || a == -1))) return NAN;
  return std::pow(a, b);
}

struct Power {
  Floats operator()(Floats a, Floats b) const {
    if (is_square(b)) return a * a;
    return lane_by_lane<Floats>([](float x, float y) { return static_cast<float>(power(x, y)); }, a, b);
  }
  Ints operator()(Ints a, Ints b) const {
    return lane_by_lane<Ints>([](int32_t x, int32_t y) { return to_int32(power(x, y)); }, a, b);
  }

 private:
  /** By far the most frequent exponent; rounds as the general way does. */
  static bool is_square(Floats b) {
    for (int64_t lane = 0; lane < kLanes; lane++) {
      if (b[lane] != 2.0f) return false;
    }
    return true;
  }
};

/** Has the sign of the divisor. */
inline double modulo(double a, double b) {
  const double rest = std::fmod(a, b);
  return (a < 0) == (b < 0) ? rest : std::fmod(rest + b, b);
}

struct Modulo {
  Floats operator()(Floats a, Floats b) const {
    return lane_by_lane<Floats>([](float x, float y) { return static_cast<float>(modulo(x, y)); }, a, b);
  }
  Ints operator()(Ints a, Ints b) const {
    return lane_by_lane<Ints>([](int32_t x, int32_t y) { return to_int32(modulo(x, y)); }, a, b);
  }
};

/** Its result is int32 for every type. */
struct FloorDivide {
  Ints operator()(Floats a, Floats b) const {
    return lane_by_lane<Ints>([](float x, float y) { return quotient(x, y); }, a, b);
  }
  Ints operator()(Ints a, Ints b) const {
    return lane_by_lane<Ints>([](int32_t x, int32_t y) { return quotient(x, y); }, a, b);
  }

 private:
  static int32_t quotient(double a, double b) { return to_int32(std::floor(a / b)); }
};

struct ArcTangent2 {
  Floats operator()(Floats a, Floats b) const {
    return lane_by_lane<Floats>(
        [](float y, float x) { return static_cast<float>(std::atan2(static_cast<double>(y), static_cast<double>(x))); },
        a, b);
  }
};

/** `a` is the input, `b` the slope below 0. */
struct ParametricRelu {
  Floats operator()(Floats a, Floats b) const { return a < 0.0f ? a * b : a; }
};

struct BitwiseAnd {
  Ints operator()(Ints a, Ints b) const { return a & b; }
};

/** Comparisons and logic give 0 and 1. */
struct Equal {
  template <class Vector>
  Ints operator()(Vector a, Vector b) const {
    return (a == b) & 1;
  }
};

struct NotEqual {
  template <class Vector>
  Ints operator()(Vector a, Vector b) const {
    return (a != b) & 1;
  }
};

struct Greater {
  template <class Vector>
  Ints operator()(Vector a, Vector b) const {
    return (a > b) & 1;
  }
};

struct GreaterEqual {
  template <class Vector>
  Ints operator()(Vector a, Vector b) const {
    return (a >= b) & 1;
  }
};

struct Less {
  template <class Vector>
  Ints operator()(Vector a, Vector b) const {
    return (a < b) & 1;
  }
};

struct LessEqual {
  template <class Vector>
  Ints operator()(Vector a, Vector b) const {
    return (a <= b) & 1;
  }
};

struct LogicalAnd {
  Ints operator()(Ints a, Ints b) const { return (a != 0) & (b != 0) & 1; }
};

struct LogicalOr {
  Ints operator()(Ints a, Ints b) const { return ((a != 0) | (b != 0)) & 1; }
};

}  // namespace camada

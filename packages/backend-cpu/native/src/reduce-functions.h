// What reductions do with a row of neighbours and with columns of a matrix. Floats are added up in pairs of eight and then
// in double precision, in an order that depends on sizes alone.
#pragma once
#include <cmath>
#include <cstdint>
#include <limits>

#include "binary-functions.h"
#include "double-sums.h"
#include "lanes.h"
#include "to-int32.h"

namespace camada {

/** Elements of one type brought down to `Accumulator`, one at a time. `Operation` has `start`, `merge` and `finish`. */
template <class Element_, class Result_, class Operation>
struct Scalarwise {
  using Element = Element_;
  using Result = Result_;
  using Accumulator = typename Operation::Accumulator;

  static constexpr Accumulator start() { return Operation::start(); }
  static Accumulator merge(Accumulator a, Accumulator b) { return Operation::merge(a, b); }
  static Result finish(Accumulator sum, int64_t count) { return static_cast<Result>(Operation::finish(sum, count)); }

  static Accumulator row(const Element* x, int64_t count) {
    Accumulator sum = start();
    for (int64_t i = 0; i < count; i++) sum = merge(sum, static_cast<Accumulator>(x[i]));
    return sum;
  }

  static void columns(const Element* x, int64_t stride, int64_t rows, Accumulator* sums, int64_t width) {
    for (int64_t i = 0; i < rows; i++, x += stride) {
      for (int64_t j = 0; j < width; j++) sums[j] = merge(sums[j], static_cast<Accumulator>(x[j]));
    }
  }
};

/** Overflow wraps around, as storing the sum in an Int32Array makes it. */
struct IntSum {
  using Accumulator = uint32_t;
  static constexpr Accumulator start() { return 0; }
  static Accumulator merge(Accumulator a, Accumulator b) { return a + b; }
  static int32_t finish(Accumulator sum, int64_t) { return static_cast<int32_t>(sum); }
};

struct FloatProduct {
  using Accumulator = double;
  static constexpr Accumulator start() { return 1; }
  static Accumulator merge(Accumulator a, Accumulator b) { return a * b; }
  static double finish(Accumulator product, int64_t) { return product; }
};

struct IntProduct : FloatProduct {
  static int32_t finish(Accumulator product, int64_t) { return to_int32(product); }
};

struct IntMaximum {
  using Accumulator = int32_t;
  static constexpr Accumulator start() { return std::numeric_limits<int32_t>::min(); }
  static Accumulator merge(Accumulator a, Accumulator b) { return a > b ? a : b; }
  static int32_t finish(Accumulator value, int64_t count) { return count == 0 ? 0 : value; }
};

struct IntMinimum {
  using Accumulator = int32_t;
  static constexpr Accumulator start() { return std::numeric_limits<int32_t>::max(); }
  static Accumulator merge(Accumulator a, Accumulator b) { return a < b ? a : b; }
  static int32_t finish(Accumulator value, int64_t count) { return count == 0 ? 0 : value; }
};

struct AnyTrue {
  using Accumulator = uint8_t;
  static constexpr Accumulator start() { return 0; }
  static Accumulator merge(Accumulator a, Accumulator b) { return a | b; }
  static uint8_t finish(Accumulator value, int64_t) { return value; }
};

struct AllTrue {
  using Accumulator = uint8_t;
  static constexpr Accumulator start() { return 1; }
  static Accumulator merge(Accumulator a, Accumulator b) { return a & b; }
  static uint8_t finish(Accumulator value, int64_t count) { return count == 0 ? 0 : value; }
};

/** The sum of eight vectors `stride` elements apart. */
inline Floats sum_of_eight(const float* x, int64_t stride) {
  const Floats a = (load(x) + load(x + stride)) + (load(x + 2 * stride) + load(x + 3 * stride));
  x += 4 * stride;
  return a + ((load(x) + load(x + stride)) + (load(x + 2 * stride) + load(x + 3 * stride)));
}

struct FloatSum {
  using Element = float;
  using Result = float;
  using Accumulator = double;

  static constexpr double start() { return 0; }
  static double merge(double a, double b) { return a + b; }
  static float finish(double sum, int64_t) { return static_cast<float>(sum); }

  static double row(const float* x, int64_t count) {
    DoubleSums sums;
    int64_t i = 0;
    for (; i + 8 * kLanes <= count; i += 8 * kLanes) sums += sum_of_eight(x + i, kLanes);
    Floats rest{};
    for (; i + kLanes <= count; i += kLanes) rest += load(x + i);
    if (i < count) rest += load_some(x + i, count - i);
    sums += rest;
    return sums.total();
  }

  static void columns(const float* x, int64_t stride, int64_t rows, double* sums, int64_t width) {
    int64_t i = 0;
    for (; i + 8 <= rows; i += 8, x += 8 * stride) {
      int64_t j = 0;
      for (; j + kLanes <= width; j += kLanes) add(sums + j, sum_of_eight(x + j, stride));
      for (; j < width; j++) {
        const float* column = x + j;
        float sum[8];
        for (int64_t row = 0; row < 8; row++) sum[row] = column[row * stride];
        sums[j] += (sum[0] + sum[1]) + (sum[2] + sum[3]) + ((sum[4] + sum[5]) + (sum[6] + sum[7]));
      }
    }
    for (; i < rows; i++, x += stride) {
      for (int64_t j = 0; j < width; j++) sums[j] += static_cast<double>(x[j]);
    }
  }

 private:
  static void add(double* sums, Floats values) {
    DoubleSums sum;
    sum.read(sums);
    sum += values;
    sum.write(sums);
  }
};

struct FloatMean : FloatSum {
  static float finish(double sum, int64_t count) { return count == 0 ? 0.0f : static_cast<float>(sum / static_cast<double>(count)); }
};

/** NaN where one element is NaN or there is none. */
template <class Function, int kSign>
struct FloatExtreme {
  using Element = float;
  using Result = float;
  using Accumulator = float;

  static constexpr float start() { return kSign * -std::numeric_limits<float>::infinity(); }
  static float merge(float a, float b) { return Function()(splat(a), splat(b))[0]; }
  static float finish(float value, int64_t count) { return count == 0 ? NAN : value; }

  static float row(const float* x, int64_t count) {
    Floats best[4] = {splat(start()), splat(start()), splat(start()), splat(start())};
    NanWatch watch;
    int64_t i = 0;
    for (; i + 4 * kLanes <= count; i += 4 * kLanes) {
      Floats value[4];
      for (int64_t k = 0; k < 4; k++) value[k] = load(x + i + k * kLanes);
      for (int64_t k = 0; k < 4; k++) best[k] = extreme<kSign>(value[k], best[k]);
      watch.see(value[0], value[1]);
      watch.see(value[2], value[3]);
    }
    for (int64_t k = 0; i < count; i += kLanes, k++) {
      const LaneRange range = lanes_between(0, count - i < kLanes ? count - i : kLanes);
      const Floats value = load_lanes(x + i, range, best[k]);
      watch.see(value, value);
      best[k] = extreme<kSign>(value, best[k]);
    }
    if (watch.has_seen()) return std::numeric_limits<float>::quiet_NaN();
    const Floats all = extreme<kSign>(extreme<kSign>(best[0], best[1]), extreme<kSign>(best[2], best[3]));
    return fold_lanes(all, [](auto a, auto b) { return kSign > 0 ? (a > b ? a : b) : (a < b ? a : b); });
  }

  static void columns(const float* x, int64_t stride, int64_t rows, float* best, int64_t width) {
    for (int64_t i = 0; i < rows; i++, x += stride) {
      int64_t j = 0;
      for (; j + kLanes <= width; j += kLanes) store(best + j, better(load(best + j), load(x + j)));
      if (j < width) {
        store_some(best + j, better(load_some(best + j, width - j), load_some(x + j, width - j)), width - j);
      }
    }
  }

 private:
  /** Without the order of zeros, which a reduction's caller cannot tell either. */
  static Floats better(Floats a, Floats b) { return a != a ? a : extreme<kSign>(a, b); }
};

using FloatMaximum = FloatExtreme<Maximum, 1>;
using FloatMinimum = FloatExtreme<Minimum, -1>;

}  // namespace camada

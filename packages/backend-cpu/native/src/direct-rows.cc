#include "direct-rows.h"

#include <utility>

#include "spatial-simd.h"

namespace camada {
namespace {

/** Output rows at a time: few enough for their sums and the kernel's elements to be registers. */
constexpr int kTogether = 4;

/** Out of line: a kernel of every size would hold all of them otherwise. */
__attribute__((noinline)) Floats activated_slowly(WindowActivation kind, Floats x) { return activated(kind, x); }

inline Floats finished(WindowActivation kind, Floats x) {
  if (kind == WindowActivation::kLinear) return x;
  return kind == WindowActivation::kRelu ? activated(WindowActivation::kRelu, x) : activated_slowly(kind, x);
}

/** The lanes of a range of a row that is there at all, zeros elsewhere. */
inline Floats load_row(const float* from, const LaneSpan& lanes, bool is_real) {
#if defined(__AVX512F__)
  return _mm512_maskz_loadu_ps(is_real ? lanes.mask : 0, from);
#else
  return is_real ? load_span(from, lanes) : Floats{};
#endif
}

/** Whole vectors of outputs. */
struct Full {
  typedef Floats Vector;
  static constexpr int64_t kWidth = kLanes;
  static Vector all(float value) { return splat(value); }
  static Vector add_product(Vector a, Vector b, Vector c) { return fma(a, b, c); }
  static Floats widen(Vector value) { return value; }
  /** Outputs of stride 2 in the order of memory. */
  static Vector in_order(Vector value) {
#if CAMADA_LANES == 8
    return _mm256_castpd_ps(_mm256_permute4x64_pd(_mm256_castps_pd(value), _MM_SHUFFLE(3, 1, 2, 0)));
#else
    return value;
#endif
  }

  /** With stride 1, the vector from column `column` on. */
  struct Single {
    LaneSpan lanes;
    Single(int64_t column, int64_t columns) : lanes(-column, columns - column) {}
    Vector read(const float* from, bool is_real) const { return load_row(from, lanes, is_real); }
  };

  /** With stride 2, columns `column`, `column + 2` ... and those between them; `in_order` brings sums of them in order. */
  struct Pair {
    LaneSpan low;
    LaneSpan high;
    Pair(int64_t column, int64_t columns)
        : low(-column, columns - column), high(-column - kLanes, columns - column - kLanes) {}
    void read(const float* from, bool is_real, Vector& even, Vector& odd) const {
      const Floats a = load_row(from, low, is_real);
      const Floats b = load_row(from + kLanes, high, is_real);
#if CAMADA_LANES == 8
      // Half as many instructions as the order of memory would take, for every tap.
      even = _mm256_shuffle_ps(a, b, _MM_SHUFFLE(2, 0, 2, 0));
      odd = _mm256_shuffle_ps(a, b, _MM_SHUFFLE(3, 1, 3, 1));
#else
      even = even_lanes(a, b);
      odd = odd_lanes(a, b);
#endif
    }
  };
};

#if defined(__AVX512F__)
#define CAMADA_HALF_VECTORS 1
/** Half vectors, for rows of 8 columns and less: twice as many instructions at a time. */
struct Half {
  typedef __m256 Vector;
  static constexpr int64_t kWidth = kLanes / 2;
  static Vector all(float value) { return _mm256_set1_ps(value); }
  static Vector add_product(Vector a, Vector b, Vector c) { return _mm256_fmadd_ps(a, b, c); }
  static Floats widen(Vector value) { return _mm512_castps256_ps512(value); }
  static Vector in_order(Vector value) { return value; }

  struct Single {
    __mmask8 mask;
    Single(int64_t column, int64_t columns) : mask(static_cast<__mmask8>(LaneSpan(-column, columns - column).mask)) {}
    Vector read(const float* from, bool is_real) const { return _mm256_maskz_loadu_ps(is_real ? mask : 0, from); }
  };

  struct Pair {
    LaneSpan lanes;
    Pair(int64_t column, int64_t columns) : lanes(-column, columns - column) {}
    void read(const float* from, bool is_real, Vector& even, Vector& odd) const {
      const Floats a = load_row(from, lanes, is_real);
      even = __builtin_shufflevector(a, a, 0, 2, 4, 6, 8, 10, 12, 14);
      odd = __builtin_shufflevector(a, a, 1, 3, 5, 7, 9, 11, 13, 15);
    }
  };
};
#endif

/** Columns of a window's taps, for one vector of outputs. */
template <class Lanes, int Kernel, int Stride>
struct Taps;

template <class Lanes, int Kernel>
struct Taps<Lanes, Kernel, 1> {
  typename Lanes::Single taps[Kernel];

  template <int... kTap>
  Taps(int64_t column, int64_t columns, std::integer_sequence<int, kTap...>)
      : taps{{column + kTap, columns}...} {}
  void read(const float* from, bool is_real, typename Lanes::Vector (&x)[Kernel]) const {
#pragma GCC unroll 8
    for (int j = 0; j < Kernel; j++) x[j] = taps[j].read(from + j, is_real);
  }
};

template <class Lanes, int Kernel>
struct Taps<Lanes, Kernel, 2> {
  static constexpr int kPairs = Kernel / 2 + 1;
  typename Lanes::Pair pairs[kPairs];

  template <int... kTap>
  Taps(int64_t column, int64_t columns, std::integer_sequence<int, kTap...>)
      : Taps(column, columns, nullptr, std::make_integer_sequence<int, kPairs>()) {}
  template <int... kPair>
  Taps(int64_t column, int64_t columns, std::nullptr_t, std::integer_sequence<int, kPair...>)
      : pairs{{column + 2 * kPair, columns}...} {}
  void read(const float* from, bool is_real, typename Lanes::Vector (&x)[Kernel]) const {
#pragma GCC unroll 8
    for (int pair = 0; pair < kPairs; pair++) {
      typename Lanes::Vector odd;
      pairs[pair].read(from + 2 * pair, is_real, x[2 * pair], odd);
      if (2 * pair + 1 < Kernel) x[2 * pair + 1] = odd;
    }
  }
};

/** `Rows` output rows, one vector of columns from `column` on. */
template <class Lanes, int Kernel, int Stride, int Rows>
inline void sum_rows(const DirectRows& rows, const typename Lanes::Vector (&kernel)[Kernel * Kernel],
                     const Taps<Lanes, Kernel, Stride>& taps, int64_t row, int64_t column) {
  typename Lanes::Vector sums[Rows];
#pragma GCC unroll 8
  for (int r = 0; r < Rows; r++) sums[r] = Lanes::all(rows.bias);
  const int64_t left = column * Stride - rows.w.pad;
  const int64_t top = row * Stride - rows.h.pad;
  const float* from = rows.plane + top * rows.w.in + left;
  constexpr int kInputRows = (Rows - 1) * Stride + Kernel;
#pragma GCC unroll 16
  for (int q = 0; q < kInputRows; q++, from += rows.w.in) {
    const bool is_real = top + q >= 0 && top + q < rows.h.in;
    typename Lanes::Vector x[Kernel];
    taps.read(from, is_real, x);
#pragma GCC unroll 8
    for (int j = 0; j < Kernel; j++) {
#pragma GCC unroll 8
      for (int r = 0; r < Rows; r++) {
        const int i = q - r * Stride;
        if (i >= 0 && i < Kernel) sums[r] = Lanes::add_product(x[j], kernel[i * Kernel + j], sums[r]);
      }
    }
  }
  const LaneSpan lanes(0, rows.w.out - column < Lanes::kWidth ? rows.w.out - column : Lanes::kWidth);
  float* out = rows.out + (row - rows.first) * rows.w.out + column;
#pragma GCC unroll 8
  for (int r = 0; r < Rows; r++) {
    if constexpr (Stride == 2) sums[r] = Lanes::in_order(sums[r]);
    store_span(out + r * rows.w.out, finished(rows.activation, Lanes::widen(sums[r])), lanes);
  }
}

template <class Lanes, int Kernel, int Stride>
void sum_all_rows(const DirectRows& rows) {
  // A copy of our own: the compiler could not know that storing outputs leaves the caller's kernel alone.
  typename Lanes::Vector kernel[Kernel * Kernel];
#pragma GCC unroll 32
  for (int i = 0; i < Kernel * Kernel; i++) kernel[i] = Lanes::all(rows.kernel[i]);
  const auto taps_at = [&](int64_t column) {
    return Taps<Lanes, Kernel, Stride>(column * Stride - rows.w.pad, rows.w.in,
                                       std::make_integer_sequence<int, Kernel>());
  };
  const int64_t end = rows.first + rows.count;
  const int64_t whole = rows.first + rows.count / kTogether * kTogether;
  if (rows.w.out <= Lanes::kWidth) {
    // The masks of the only vector of columns serve all rows.
    const auto taps = taps_at(0);
    for (int64_t row = rows.first; row < whole; row += kTogether) {
      sum_rows<Lanes, Kernel, Stride, kTogether>(rows, kernel, taps, row, 0);
    }
  } else {
    for (int64_t row = rows.first; row < whole; row += kTogether) {
      for (int64_t column = 0; column < rows.w.out; column += Lanes::kWidth) {
        sum_rows<Lanes, Kernel, Stride, kTogether>(rows, kernel, taps_at(column), row, column);
      }
    }
  }
  for (int64_t column = 0; column < rows.w.out; column += Lanes::kWidth) {
    const auto taps = taps_at(column);
    if (end - whole == 3) sum_rows<Lanes, Kernel, Stride, 3>(rows, kernel, taps, whole, column);
    if (end - whole == 2) sum_rows<Lanes, Kernel, Stride, 2>(rows, kernel, taps, whole, column);
    if (end - whole == 1) sum_rows<Lanes, Kernel, Stride, 1>(rows, kernel, taps, whole, column);
  }
}

template <int Kernel, int Stride>
void sum_in_lanes(const DirectRows& rows) {
#if CAMADA_HALF_VECTORS
  if (rows.w.out <= Half::kWidth) return sum_all_rows<Half, Kernel, Stride>(rows);
#endif
  sum_all_rows<Full, Kernel, Stride>(rows);
}

}  // namespace

void DirectRows::run() const {
  if (w.kernel == 3 && w.stride == 1) return sum_in_lanes<3, 1>(*this);
  if (w.kernel == 3) return sum_in_lanes<3, 2>(*this);
  if (w.stride == 1) return sum_in_lanes<5, 1>(*this);
  sum_in_lanes<5, 2>(*this);
}

}  // namespace camada

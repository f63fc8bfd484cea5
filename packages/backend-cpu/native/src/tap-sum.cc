#include "tap-sum.h"

#include "spatial-simd.h"

namespace camada {
namespace {

/** `Count` vectors of outputs. */
template <int Count>
inline void sum_block(const float* source, const int64_t* offsets, const float* weights, int64_t taps, float bias,
                      float* out) {
  Floats sums[Count];
  for (int v = 0; v < Count; v++) sums[v] = splat(bias);
  for (int64_t t = 0; t < taps; t++) {
    const float* from = source + offsets[t];
    const Floats weight = splat(weights[t]);
    for (int v = 0; v < Count; v++) sums[v] = fma(load(from + v * kLanes), weight, sums[v]);
  }
  for (int v = 0; v < Count; v++) store(out + v * kLanes, sums[v]);
}

/** Output rows at a time: few enough for their sums and the kernel's elements to be registers. */
constexpr int kRows = 4;

/** Out of line: a kernel of every size would hold all of them otherwise. */
__attribute__((noinline)) Floats activated_slowly(WindowActivation kind, Floats x) { return activated(kind, x); }

inline Floats finished(WindowActivation kind, Floats x) {
  if (kind == WindowActivation::kLinear) return x;
  return kind == WindowActivation::kRelu ? activated(WindowActivation::kRelu, x) : activated_slowly(kind, x);
}

/** Whole vectors. */
struct Full {
  typedef Floats Vector;
  static constexpr int64_t kWidth = kLanes;
  static Vector read(const float* from) { return load(from); }
  static Vector all(float value) { return splat(value); }
  static Vector add_product(Vector a, Vector b, Vector c) { return fma(a, b, c); }
  static void write(WindowActivation kind, float* to, Vector value, int64_t count) {
    store_span(to, finished(kind, value), {0, count});
  }
};

#if defined(__AVX512F__)
#define CAMADA_HALF_VECTORS 1
/** Half vectors, for rows of 8 columns and less: twice as many instructions at a time. */
struct Half {
  typedef __m256 Vector;
  static constexpr int64_t kWidth = kLanes / 2;
  static Vector read(const float* from) { return _mm256_loadu_ps(from); }
  static Vector all(float value) { return _mm256_set1_ps(value); }
  static Vector add_product(Vector a, Vector b, Vector c) { return _mm256_fmadd_ps(a, b, c); }
  static void write(WindowActivation kind, float* to, Vector value, int64_t count) {
    store_span(to, finished(kind, _mm512_castps256_ps512(value)), {0, count});
  }
};
#endif

/** `Rows` output rows, one vector of columns, of which the first `count` lanes are wanted. */
template <class Lanes, int Kernel, int Stride, int Rows>
inline void sum_rows(const RowSum& sum, const typename Lanes::Vector (&weights)[Kernel * Kernel], const float* source,
                     float* out, int64_t count) {
  typename Lanes::Vector sums[Rows];
  for (int r = 0; r < Rows; r++) sums[r] = Lanes::all(sum.bias);
  constexpr int kInputRows = (Rows - 1) * Stride + Kernel;
#pragma GCC unroll 16
  for (int q = 0; q < kInputRows; q++) {
    const float* row = source + (q % Stride) * sum.phase_size + q / Stride * sum.pitch;
#pragma GCC unroll 8
    for (int j = 0; j < Kernel; j++) {
      const typename Lanes::Vector x = Lanes::read(row + (j % Stride) * Stride * sum.phase_size + j / Stride);
#pragma GCC unroll 8
      for (int r = 0; r < Rows; r++) {
        const int i = q - r * Stride;
        if (i >= 0 && i < Kernel) sums[r] = Lanes::add_product(x, weights[i * Kernel + j], sums[r]);
      }
    }
  }
  for (int r = 0; r < Rows; r++) Lanes::write(sum.activation, out + r * sum.out_pitch, sums[r], count);
}

template <class Lanes, int Kernel, int Stride, int Rows>
inline void sum_row_block(const RowSum& sum, const typename Lanes::Vector (&weights)[Kernel * Kernel], int64_t row) {
  const float* source = sum.source + row * sum.pitch;
  float* out = sum.out + row * sum.out_pitch;
  int64_t column = 0;
  for (; column + Lanes::kWidth <= sum.columns; column += Lanes::kWidth) {
    sum_rows<Lanes, Kernel, Stride, Rows>(sum, weights, source + column, out + column, Lanes::kWidth);
  }
  if (column == sum.columns) return;
  sum_rows<Lanes, Kernel, Stride, Rows>(sum, weights, source + column, out + column, sum.columns - column);
}

template <class Lanes, int Kernel, int Stride>
void sum_all_rows(const RowSum& sum) {
  // A copy of our own: the compiler could not know that storing outputs leaves the caller's weights alone.
  typename Lanes::Vector weights[Kernel * Kernel];
  for (int i = 0; i < Kernel * Kernel; i++) weights[i] = Lanes::all(sum.weights[i]);
  int64_t row = 0;
  for (; row + kRows <= sum.rows; row += kRows) sum_row_block<Lanes, Kernel, Stride, kRows>(sum, weights, row);
  const int64_t rest = sum.rows - row;
  if (rest == 3) sum_row_block<Lanes, Kernel, Stride, 3>(sum, weights, row);
  if (rest == 2) sum_row_block<Lanes, Kernel, Stride, 2>(sum, weights, row);
  if (rest == 1) sum_row_block<Lanes, Kernel, Stride, 1>(sum, weights, row);
}

template <int Kernel, int Stride>
void sum_rows_in_lanes(const RowSum& sum) {
#if CAMADA_HALF_VECTORS
  if (sum.columns <= Half::kWidth) return sum_all_rows<Half, Kernel, Stride>(sum);
#endif
  sum_all_rows<Full, Kernel, Stride>(sum);
}

}  // namespace

void tap_sum(const float* source, const int64_t* offsets, const float* weights, int64_t taps, int64_t count, float bias,
             float* out) {
  int64_t o = 0;
  for (; o + 3 * kLanes < count; o += 4 * kLanes) sum_block<4>(source + o, offsets, weights, taps, bias, out + o);
  for (; o < count; o += kLanes) sum_block<1>(source + o, offsets, weights, taps, bias, out + o);
}

int64_t row_sum_cost(int64_t columns) {
#if CAMADA_HALF_VECTORS
  if (columns <= Half::kWidth) return 1;
#endif
  return 2 * ((columns + kLanes - 1) / kLanes);
}

bool row_sum(const RowSum& sum, int64_t kernel_h, int64_t kernel_w, int64_t stride_h, int64_t stride_w) {
  if (kernel_h != kernel_w || stride_h != stride_w) return false;
  if (kernel_h == 3 && stride_h == 1) {
    sum_rows_in_lanes<3, 1>(sum);
  } else if (kernel_h == 3 && stride_h == 2) {
    sum_rows_in_lanes<3, 2>(sum);
  } else if (kernel_h == 5 && stride_h == 1) {
    sum_rows_in_lanes<5, 1>(sum);
  } else if (kernel_h == 5 && stride_h == 2) {
    sum_rows_in_lanes<5, 2>(sum);
  } else {
    return false;
  }
  return true;
}

}  // namespace camada

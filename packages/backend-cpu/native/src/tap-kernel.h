// Gradient of a convolution's weight: a tile of it stays in registers, rows for output channels and lanes for
// neighbouring taps of all input channels, while the positions stream past.
#pragma once
#include <array>

#include "tile-kernel.h"

namespace camada {

/** Positions are counted by image, depth, row and column of the output. */
struct TapProduct {
  int64_t images, depths, rows, columns;
  /** The output's gradient of the first row of the tile; rows of the tile are `dz_channel` apart. */
  const float* dz;
  int64_t dz_channel, dz_image, dz_depth, dz_row;
  /** The input with channels innermost; the lanes of a position are neighbours. */
  const float* x;
  int64_t x_image, x_depth, x_row, x_column;
  /** Added to; rows of the tile are `out_stride` apart. */
  float* out;
  int64_t out_stride;
};

template <class Arithmetic, int kRows, int kVectors>
void tap_kernel(const TapProduct& p) {
  Floats sums[kRows][kVectors] = {};
  for (int64_t image = 0; image < p.images; image++) {
    for (int64_t depth = 0; depth < p.depths; depth++) {
      for (int64_t row = 0; row < p.rows; row++) {
        const float* dz = p.dz + image * p.dz_image + depth * p.dz_depth + row * p.dz_row;
        const float* x = p.x + image * p.x_image + depth * p.x_depth + row * p.x_row;
        for (int64_t column = 0; column < p.columns; column++) {
          Floats taps[kVectors];
#pragma GCC unroll 8
          for (int v = 0; v < kVectors; v++) taps[v] = load(x + v * kLanes);
#pragma GCC unroll 16
          for (int r = 0; r < kRows; r++) {
            const Floats value = Arithmetic::broadcast(dz + r * p.dz_channel);
#pragma GCC unroll 8
            for (int v = 0; v < kVectors; v++) sums[r][v] = Arithmetic::multiply_add(value, taps[v], sums[r][v]);
          }
          x += p.x_column;
          dz++;
        }
      }
    }
  }
  for (int r = 0; r < kRows; r++) {
    for (int v = 0; v < kVectors; v++) {
      float* to = p.out + r * p.out_stride + v * kLanes;
      store(to, load(to) + sums[r][v]);
    }
  }
}

constexpr int kMostTapVectors = kRegisters == 32 ? 5 : 3;

/** Rows of the tile that fill the registers together with so many vectors. */
constexpr int most_tap_rows(int vectors) {
  const int rows = (kRegisters - 2 - vectors) / vectors;
  return rows < 12 ? rows : 12;
}

namespace detail {

template <class Arithmetic, int kVectors, int... kIndex>
inline void compute_taps(int64_t rows, const TapProduct& product, std::integer_sequence<int, kIndex...>) {
  static constexpr std::array<void (*)(const TapProduct&), sizeof...(kIndex)> kFunctions = {
      tap_kernel<Arithmetic, kIndex + 1, kVectors>...};
  kFunctions[static_cast<size_t>(rows - 1)](product);
}

template <class Arithmetic, int kVectors>
inline void compute_taps(int64_t rows, const TapProduct& product) {
  compute_taps<Arithmetic, kVectors>(rows, product, std::make_integer_sequence<int, most_tap_rows(kVectors)>());
}

}  // namespace detail

/** `vectors` at most `kMostTapVectors`, `rows` at most `most_tap_rows(vectors)`. */
template <class Arithmetic>
inline void compute_taps(int64_t rows, int64_t vectors, const TapProduct& product) {
  if (vectors == 1) return detail::compute_taps<Arithmetic, 1>(rows, product);
  if (vectors == 2) return detail::compute_taps<Arithmetic, 2>(rows, product);
  if (vectors == 3) return detail::compute_taps<Arithmetic, 3>(rows, product);
  if constexpr (kMostTapVectors >= 5) {
    if (vectors == 4) return detail::compute_taps<Arithmetic, 4>(rows, product);
    if (vectors == 5) return detail::compute_taps<Arithmetic, 5>(rows, product);
  }
}

}  // namespace camada

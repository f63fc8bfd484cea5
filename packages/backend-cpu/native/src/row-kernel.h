// Gradient of a convolution's input, for unit strides: a row of it stays in registers, a lane for every input channel,
// while the rows of the output's gradient that its windows reach stream past. Every product counts, also at the edges.
#pragma once
#include <array>
#include <utility>

#include "tile-kernel.h"

namespace camada {

/** A row of the output's gradient and the taps through which it reaches the row of the input. */
struct RowTap {
  /** Row of output channel 0. */
  const float* dz;
  /** `[channel][kw][lane]` */
  const float* weight;
};

struct RowProduct {
  const RowTap* taps;
  int64_t tap_count;
  int64_t channels;
  /** Words between the rows of two output channels. */
  int64_t channel_stride;
  /** First position of the output that is taken, which reaches as many positions of the input as the kernel is wide. */
  int64_t first;
  /** `[position][lane]`, added to. */
  float* out;
};

template <class Arithmetic, int kWidth, int kPositions>
void row_kernel(const RowProduct& row) {
  constexpr int kReached = kPositions + kWidth - 1;
  Floats sums[kReached] = {};
  for (int64_t tap = 0; tap < row.tap_count; tap++) {
    const float* dz = row.taps[tap].dz + row.first;
    const float* weight = row.taps[tap].weight;
    for (int64_t channel = 0; channel < row.channels; channel++) {
      Floats weights[kWidth];
#pragma GCC unroll 8
      for (int k = 0; k < kWidth; k++) weights[k] = load(weight + k * kLanes);
#pragma GCC unroll 32
      for (int x = 0; x < kPositions; x++) {
        const Floats value = Arithmetic::broadcast(dz + x);
#pragma GCC unroll 8
        for (int k = 0; k < kWidth; k++) sums[x + k] = Arithmetic::multiply_add(value, weights[k], sums[x + k]);
      }
      weight += kWidth * kLanes;
      dz += row.channel_stride;
    }
  }
  float* out = row.out + row.first * kLanes;
#pragma GCC unroll 32
  for (int i = 0; i < kReached; i++) store(out + i * kLanes, load(out + i * kLanes) + sums[i]);
}

/** Positions of one call at most: sums, weights and one value fill the registers. */
constexpr int most_row_positions(int width) { return kRegisters - 1 - 2 * width; }

namespace detail {

template <class Arithmetic, int kWidth, int... kIndex>
inline void compute_row(int64_t positions, const RowProduct& row, std::integer_sequence<int, kIndex...>) {
  static constexpr std::array<void (*)(const RowProduct&), sizeof...(kIndex)> kFunctions = {
      row_kernel<Arithmetic, kWidth, kIndex + 1>...};
  kFunctions[static_cast<size_t>(positions - 1)](row);
}

template <class Arithmetic, int kWidth>
inline void compute_row(int64_t positions, const RowProduct& row) {
  compute_row<Arithmetic, kWidth>(positions, row, std::make_integer_sequence<int, most_row_positions(kWidth)>());
}

}  // namespace detail

/** Whether kernels of this width are built. */
inline bool has_row_kernel(int64_t width) {
  return (width == 3 || width == 5 || width == 7) && most_row_positions(static_cast<int>(width)) >= 4;
}

/** `positions` at most `most_row_positions(width)`, of a width for which `has_row_kernel` holds. */
template <class Arithmetic>
inline void compute_row(int64_t width, int64_t positions, const RowProduct& row) {
  if (width == 3) return detail::compute_row<Arithmetic, 3>(positions, row);
  if (width == 5) return detail::compute_row<Arithmetic, 5>(positions, row);
  if constexpr (most_row_positions(7) >= 4) {
    if (width == 7) return detail::compute_row<Arithmetic, 7>(positions, row);
  }
}

}  // namespace camada

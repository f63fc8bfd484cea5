// The innermost loop of Winograd's products. As in `tile-kernel.h` a tile of the result stays in registers, but both
// operands keep the places where the transforms wrote them.
#pragma once
#include "tile-kernel.h"

namespace camada {

/** `out[r] = sum over steps of a[r] * b`; rows of `a` are neighbours, step by step. */
struct WinogradTile {
  int64_t steps;
  const float* a;
  const float* b;
  int64_t b_step;
  float* out;
  int64_t out_row;
};

template <int kRows, int kVectors>
void winograd_tile_kernel(const WinogradTile& tile) {
  Floats sums[kRows][kVectors] = {};
  const float* a = tile.a;
  const float* b = tile.b;
  const int64_t b_step = tile.b_step;
  for (int64_t step = 0; step < tile.steps; step++) {
    Floats columns[kVectors];
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; v++) columns[v] = load(b + v * kLanes);
#pragma GCC unroll 16
    for (int r = 0; r < kRows; r++) {
      const Floats row = splat(a[r]);
#pragma GCC unroll 8
      for (int v = 0; v < kVectors; v++) sums[r][v] = fma(row, columns[v], sums[r][v]);
    }
    a += kRows;
    b += b_step;
  }
#pragma GCC unroll 16
  for (int r = 0; r < kRows; r++) {
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; v++) store(tile.out + r * tile.out_row + v * kLanes, sums[r][v]);
  }
}

namespace detail {

using WinogradTileFunction = void (*)(const WinogradTile&);

template <int... kIndex>
constexpr std::array<WinogradTileFunction, sizeof...(kIndex)> winograd_tiles(std::integer_sequence<int, kIndex...>) {
  return {winograd_tile_kernel<kIndex / kTileVectors + 1, kIndex % kTileVectors + 1>...};
}

}  // namespace detail

/** Computes a tile of `rows` times `vectors`, both at most those of the largest tile. */
inline void compute_winograd_tile(int64_t rows, int64_t vectors, const WinogradTile& tile) {
  static constexpr auto kFunctions =
      detail::winograd_tiles(std::make_integer_sequence<int, kTileRows * kTileVectors>());
  kFunctions[static_cast<size_t>((rows - 1) * kTileVectors + vectors - 1)](tile);
}

}  // namespace camada

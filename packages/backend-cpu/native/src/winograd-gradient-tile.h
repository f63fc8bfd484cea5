// Winograd's products of gradients. The gradient of a tile at a point is a sum of at most four of its corners: it is
// computed where it is used, since corners fit into the first-level cache and their points do not.
#pragma once
#include <array>
#include <utility>

#include "simd.h"

namespace camada {

/** Rows of the largest tile: as many registers as leave room for corners and factors. */
#if defined(__AVX512F__)
constexpr int kGradientRows = 24;
#elif defined(__ARM_NEON)
constexpr int kGradientRows = 20;
#else
constexpr int kGradientRows = 10;
#endif

/** The value at a point along one axis: `first + factor * second`, or one of them alone. */
struct PointOfCorners {
  bool has_first, has_second;
  float factor;

  bool has_both() const { return has_first && has_second; }
};

/** `out[r] = sum over steps of a[r] * (the gradient at a point)`, or that added to `out`; a vector for every row. */
struct GradientTile {
  int64_t steps;
  /** Rows of a step are neighbours. */
  const float* a;
  int64_t a_step;
  /** The first corner of the first step. */
  const float* corners;
  int64_t corner_step;
  /** Floats from a corner to the one on its right, and to the one below. */
  int64_t right, below;
  PointOfCorners vertical, horizontal;
  float* out;
  int64_t out_row;
  bool adds;
};

/** `kStreams` corners make a value: one, two with the factor of their axis, or all four. */
template <int kStreams, int kRows>
void gradient_tile_kernel(const GradientTile& tile) {
  Floats sums[kRows];
#pragma GCC unroll 24
  for (int r = 0; r < kRows; r++) sums[r] = tile.adds ? load(tile.out + r * tile.out_row) : Floats{};
  const float* corners = tile.corners + (tile.horizontal.has_first ? 0 : tile.right) +
                         (tile.vertical.has_first ? 0 : tile.below);
  const int64_t second = tile.horizontal.has_both() ? tile.right : tile.below;
  const float* lower = corners + tile.below;
  const Floats factor = splat(tile.horizontal.has_both() ? tile.horizontal.factor : tile.vertical.factor);
  const Floats vertical = splat(tile.vertical.factor);
  const float* a = tile.a;
  const int64_t a_step = tile.a_step;
  const int64_t step = tile.corner_step;
  for (int64_t i = 0; i < tile.steps; i++) {
    Floats value = load(corners);
    if constexpr (kStreams > 1) {
      Floats other = load(corners + second);
      if constexpr (kStreams == 4) {
        value = fma(vertical, load(lower), value);
        other = fma(vertical, load(lower + second), other);
        lower += step;
      }
      value = fma(factor, other, value);
    }
#pragma GCC unroll 24
    for (int r = 0; r < kRows; r++) sums[r] = fma(splat(a[r]), value, sums[r]);
    a += a_step;
    corners += step;
  }
#pragma GCC unroll 24
  for (int r = 0; r < kRows; r++) store(tile.out + r * tile.out_row, sums[r]);
}

namespace detail {

using GradientTileFunction = void (*)(const GradientTile&);

template <int kStreams, int... kIndex>
constexpr std::array<GradientTileFunction, sizeof...(kIndex)> gradient_tiles(std::integer_sequence<int, kIndex...>) {
  return {gradient_tile_kernel<kStreams, kIndex + 1>...};
}

template <int kStreams>
inline constexpr auto kGradientTiles = gradient_tiles<kStreams>(std::make_integer_sequence<int, kGradientRows>());

}  // namespace detail

/** Computes a tile of at most `kGradientRows` rows. */
inline void compute_gradient_tile(int64_t rows, const GradientTile& tile) {
  const auto index = static_cast<size_t>(rows - 1);
  if (tile.vertical.has_both() && tile.horizontal.has_both()) return detail::kGradientTiles<4>[index](tile);
  if (tile.vertical.has_both() || tile.horizontal.has_both()) return detail::kGradientTiles<2>[index](tile);
  return detail::kGradientTiles<1>[index](tile);
}

}  // namespace camada

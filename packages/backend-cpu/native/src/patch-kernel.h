// The innermost loop of a convolution that reads its input where it stands: a column of the result, a row for every
// output channel, stays in registers. Reading takes less time than the products of one step.
#pragma once
#include <array>
#include <utility>

#include "patch-gather.h"
#include "tile-kernel.h"

namespace camada {

#if defined(__AVX512F__)
constexpr int kPatchRows = 24;
#elif defined(__AVX2__)
constexpr int kPatchRows = 12;
#else
constexpr int kPatchRows = 8;
#endif

/** Steps `[begin, end)` of one vector of positions. `a` is `[steps, rows]`; the other fields are those of a tile. */
struct PatchTile {
  const ConvolutionShape* shape;
  const PatchVector* vector;
  const int64_t* offsets;
  const float* x;
  int64_t begin, end;
  const float* a;
  const float* start;
  int64_t start_stride;
  const float* bias;
  float* out;
  int64_t out_stride;
};

template <class Arithmetic, int kRows>
void patch_kernel(const PatchTile& tile) {
  Floats sums[kRows];
#pragma GCC unroll 32
  for (int r = 0; r < kRows; r++) {
    sums[r] = tile.start != nullptr  ? load(tile.start + r * tile.start_stride)
              : tile.bias != nullptr ? splat(tile.bias[r])
                                     : Floats{};
  }
  for (const PatchSegment& segment : *tile.vector) {
    const int64_t first = std::max(tile.begin, segment.begin);
    const int64_t last = std::min(tile.end, segment.end);
    if (first >= last || segment.piece_count == 0) continue;
    const float* a = tile.a + (first - tile.begin) * kRows;
    with_gather_way(gather_way(*tile.shape, segment), [&]<GatherWay kWay>() {
      for (int64_t step = first; step < last; step++, a += kRows) {
        const float* x = tile.x + tile.offsets[step];
        const Floats column = gather_words<Arithmetic, kWay>(segment, *tile.shape, x);
#pragma GCC unroll 32
        for (int r = 0; r < kRows; r++) {
          sums[r] = Arithmetic::multiply_add(Arithmetic::broadcast(a + r), column, sums[r]);
        }
      }
    });
  }
#pragma GCC unroll 32
  for (int r = 0; r < kRows; r++) store(tile.out + r * tile.out_stride, sums[r]);
}

namespace detail {

template <class Arithmetic, int... kIndex>
inline void compute_patch(int64_t rows, const PatchTile& tile, std::integer_sequence<int, kIndex...>) {
  static constexpr std::array<void (*)(const PatchTile&), sizeof...(kIndex)> kFunctions = {
      patch_kernel<Arithmetic, kIndex + 1>...};
  kFunctions[static_cast<size_t>(rows - 1)](tile);
}

}  // namespace detail

/** `rows` at most `kPatchRows`. */
template <class Arithmetic>
inline void compute_patch(int64_t rows, const PatchTile& tile) {
  detail::compute_patch<Arithmetic>(rows, tile, std::make_integer_sequence<int, kPatchRows>());
}

}  // namespace camada

// The innermost loop of matrix products: a tile of the result stays in registers while both operands, packed in the
// order of use, stream past. Operands are words of 32 bits; `Arithmetic` says what a word holds.
#pragma once
#include <array>
#include <utility>

#include "simd.h"

namespace camada {

// Rows and vectors of the largest tile: as many registers as leave room for the operands.
#if defined(__AVX512F__)
constexpr int kTileRows = 8;
constexpr int kTileVectors = 3;
#elif defined(__AVX2__)
constexpr int kTileRows = 6;
constexpr int kTileVectors = 2;
#elif defined(__ARM_NEON)
constexpr int kTileRows = 8;
constexpr int kTileVectors = 2;
#else
constexpr int kTileRows = 4;
constexpr int kTileVectors = 2;
#endif
constexpr int64_t kTileColumns = kTileVectors * kLanes;

/** What kernels on vectors have in common: the sizes of their tiles, and packed rows one step after another. */
struct VectorTiles {
  static constexpr int64_t kStepGrain = 1;
  static constexpr int64_t kRows = kTileRows;
  static constexpr int64_t kColumns = kTileColumns;
  static constexpr bool kHasPatchKernel = true;
  /** Sums lie in tiles of AMX, not in vectors. */
  static constexpr bool kHasTiles = false;

  /** Where a word of a packed panel of rows stands. */
  static int64_t row_word(int64_t step, int64_t row, int64_t rows) { return step * rows + row; }
};

/** A word is a float32. */
struct Float32Arithmetic : VectorTiles {
  static constexpr int64_t kValuesPerWord = 1;
  /** The word of two numbers that are neighbours along the sum; here the second is no part of it. */
  static float word(float first, float) { return first; }
  static Floats words(Floats first, Floats) { return first; }
  static Floats broadcast(const float* word) { return splat(*word); }
  static Floats multiply_add(Floats a, Floats b, Floats sum) { return fma(a, b, sum); }
};

/** `a` is `[steps, rows]`, `b` is `[steps, columns]`, dense; the tile is `start + a' b`, with rows `stride` apart. */
struct Tile {
  int64_t steps;
  const float* a;
  const float* b;
  /** Sums of earlier steps, or null. */
  const float* start;
  int64_t start_stride;
  /** One number for every row, without `start`; or null. */
  const float* bias;
  float* out;
  int64_t out_stride;
};

template <class Arithmetic, int kRows, int kVectors>
void tile_kernel(const Tile& tile) {
  // Copies: what is stored through a pointer to floats may be anything, as far as the compiler knows.
  float* out = tile.out;
  const int64_t out_stride = tile.out_stride;
  const int64_t steps = tile.steps;
  Floats sums[kRows][kVectors];
#pragma GCC unroll 16
  for (int r = 0; r < kRows; r++) {
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; v++) {
      sums[r][v] = tile.start != nullptr  ? load(tile.start + r * tile.start_stride + v * kLanes)
                   : tile.bias != nullptr ? splat(tile.bias[r])
                                          : Floats{};
    }
  }
  const float* a = tile.a;
  const float* b = tile.b;
  for (int64_t step = 0; step < steps; step++) {
    Floats columns[kVectors];
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; v++) columns[v] = load(b + v * kLanes);
#pragma GCC unroll 16
    for (int r = 0; r < kRows; r++) {
      const Floats row = Arithmetic::broadcast(a + r);
#pragma GCC unroll 8
      for (int v = 0; v < kVectors; v++) sums[r][v] = Arithmetic::multiply_add(row, columns[v], sums[r][v]);
    }
    a += kRows;
    b += kVectors * kLanes;
  }
#pragma GCC unroll 16
  for (int r = 0; r < kRows; r++) {
#pragma GCC unroll 8
    for (int v = 0; v < kVectors; v++) store(out + r * out_stride + v * kLanes, sums[r][v]);
  }
}

namespace detail {

using TileFunction = void (*)(const Tile&);

template <class Arithmetic, int... kIndex>
constexpr std::array<TileFunction, sizeof...(kIndex)> tile_functions(std::integer_sequence<int, kIndex...>) {
  return {tile_kernel<Arithmetic, kIndex / kTileVectors + 1, kIndex % kTileVectors + 1>...};
}

}  // namespace detail

/** Computes a tile of `rows` times `vectors`, both at most those of the largest tile. */
template <class Arithmetic>
inline void compute_tile(int64_t rows, int64_t vectors, const Tile& tile) {
  static constexpr auto kFunctions =
      detail::tile_functions<Arithmetic>(std::make_integer_sequence<int, kTileRows * kTileVectors>());
  kFunctions[static_cast<size_t>((rows - 1) * kTileVectors + vectors - 1)](tile);
}

/** Cuts `count` things into as few parts of at most `most` as possible, all of about the same size. */
struct Parts {
  int64_t count;
  int64_t parts;

  Parts(int64_t count_, int64_t most) : count(count_), parts((count_ + most - 1) / most) {}
  int64_t begin(int64_t part) const {
    const int64_t larger = count % parts;
    return part * (count / parts) + (part < larger ? part : larger);
  }
  /** The part in which thing `index` lies. */
  int64_t part_of(int64_t index) const {
    const int64_t smaller = count / parts;
    const int64_t larger_end = count % parts * (smaller + 1);
    return index < larger_end ? index / (smaller + 1) : count % parts + (index - larger_end) / smaller;
  }
  int64_t size(int64_t part) const { return count / parts + (part < count % parts ? 1 : 0); }
};

}  // namespace camada

// A product of packed blocks, tile by tile. Where a finished tile goes is the caller's business.
#pragma once
#include <algorithm>

#include "prefetch.h"
#include "tile-kernel.h"

namespace camada {

/** Steps that one pass covers at most: longer sums go through memory, so that the packed columns stay in the cache. */
constexpr int64_t kMostSteps = 512;

/** Rows `[first, first + rows)` and columns `[column, column + columns)` of the result. */
struct TileRange {
  int64_t row;
  int64_t rows;
  int64_t column;
  int64_t columns;

  int64_t vectors() const { return (columns + kLanes - 1) / kLanes; }
};

/** What one pass over a block of the result adds up. */
struct BlockProduct {
  /** Row panels of the whole operand; the pass takes `[first_panel, last_panel)` of them. */
  Parts row_panels;
  int64_t first_panel;
  int64_t last_panel;
  /** Columns `[first_column, first_column + columns)` of the result. */
  int64_t first_column;
  int64_t columns;
  /** Columns of a tile; at most those of the largest. */
  int64_t tile_columns;
  int64_t steps;
  /** Row panels one after another, `[panel][step][row]`, starting with panel 0. */
  const float* a;
  /** Column panels one after another, `[panel][step][column]`. */
  const float* b;
  /** Bias of every row, or null. */
  const float* row_bias;
  /** Sums between passes: rows from the first panel's on, `partial_stride` apart. */
  float* partial;
  int64_t partial_stride;
  bool first_pass;
  bool last_pass;
};

/** Room for the largest tile of any kernel. */
constexpr int64_t kMostTileWords = 32 * 32;
static_assert(kTileRows * kTileColumns <= kMostTileWords);

/**
 * Runs a pass: `compute(range, tile)` for every tile, after `sink.begin_tile()`. `sink.place(range, &stride)` gives
 * where a tile of whole vectors may be written, or null, and `sink.finish(range, tile, stride, placed)` gets every
 * finished tile.
 */
template <class Compute, class Sink>
void run_block_product(const BlockProduct& p, Compute& compute, Sink& sink) {
  alignas(64) float buffer[kMostTileWords];
  const int64_t top = p.row_panels.begin(p.first_panel);
  for (int64_t panel = p.first_panel; panel < p.last_panel; panel++) {
    const int64_t row = p.row_panels.begin(panel);
    const int64_t rows = p.row_panels.size(panel);
    for (int64_t column = 0; column < p.columns; column += p.tile_columns) {
      const TileRange range = {row, rows, p.first_column + column, std::min(p.tile_columns, p.columns - column)};
      float* partial = p.partial + (row - top) * p.partial_stride + column;
      Tile tile = {p.steps, p.a + row * p.steps, p.b + column * p.steps, p.first_pass ? nullptr : partial,
                   p.partial_stride, p.row_bias == nullptr ? nullptr : p.row_bias + row, partial, p.partial_stride};
      sink.begin_tile();
      if (!p.last_pass) {
        compute(range, tile);
        continue;
      }
      float* placed = range.columns % kLanes == 0 ? sink.place(range, &tile.out_stride) : nullptr;
      if constexpr (requires { sink.is_buffered; }) {
        if (sink.is_buffered) placed = nullptr;
      }
      if (placed != nullptr) {
        for (int64_t r = 0; r < rows; r++) {
          const float* to = placed + r * tile.out_stride;
          for (int64_t i = 0; i < range.columns; i += kLineFloats) __builtin_prefetch(to + i, 1, 3);
        }
      }
      if (placed == nullptr) tile.out_stride = p.tile_columns;
      tile.out = placed == nullptr ? buffer : placed;
      compute(range, tile);
      sink.finish(range, tile.out, tile.out_stride, placed != nullptr);
    }
  }
}

/** Computes tiles of operands that are both packed, in registers. */
template <class Arithmetic>
struct VectorKernel {
  void operator()(const TileRange& range, const Tile& tile) const {
    compute_tile<Arithmetic>(range.rows, range.vectors(), tile);
  }
};

template <class Arithmetic>
struct PackedKernel {
  using Type = VectorKernel<Arithmetic>;
};

template <class Arithmetic>
  requires requires { typename Arithmetic::Kernel; }
struct PackedKernel<Arithmetic> {
  using Type = typename Arithmetic::Kernel;
};

/** For operands that are both packed. */
template <class Arithmetic, class Sink>
void run_packed_product(const BlockProduct& p, Sink& sink) {
  typename PackedKernel<Arithmetic>::Type kernel;
  run_block_product(p, kernel, sink);
}

}  // namespace camada

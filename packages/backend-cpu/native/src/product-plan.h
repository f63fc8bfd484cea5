// How a product of matrices is cut: panels into chunks, the sum into passes. Sizes alone decide.
#pragma once
#include <algorithm>

#include "block-product.h"

namespace camada {

/** Passes over a sum, each a multiple of `grain` steps. */
class Passes {
 public:
  Passes(int64_t steps, int64_t grain, int64_t most)
      : blocks_(steps / grain, std::max<int64_t>(most / grain, 1)),
        grain_(grain),
        parts(std::max<int64_t>(blocks_.parts, 1)) {}

  int64_t begin(int64_t pass) const { return blocks_.parts == 0 ? 0 : blocks_.begin(pass) * grain_; }
  int64_t size(int64_t pass) const { return blocks_.parts == 0 ? 0 : blocks_.size(pass) * grain_; }
  int64_t part_of(int64_t step) const { return blocks_.parts == 0 ? 0 : blocks_.part_of(step / grain_); }

 private:
  Parts blocks_;
  int64_t grain_;

 public:
  int64_t parts;
};

/** Sizes of tiles and steps. */
struct TileSizes {
  int64_t rows, columns, grain;
};

template <class Arithmetic>
constexpr TileSizes tile_sizes() {
  return {Arithmetic::kRows, Arithmetic::kColumns, Arithmetic::kStepGrain};
}

/** `repeats` products of `[rows, steps]` and `[steps, columns]`. */
struct ProductPlan {
  /** A block of packed columns is to stay in the second-level cache. */
  static constexpr int64_t kBlockBytes = 160 << 10;
  /** Enough chunks that threads end at about the same time. */
  static constexpr int64_t kEnoughChunks = 48;
  /** Every stretch of rows packs the columns anew. */
  static constexpr int64_t kFewestRows = 64;

  int64_t rows, columns, steps;
  int64_t tile_columns;
  Parts row_panels;
  Passes passes;
  /** Panels of columns in a chunk. */
  int64_t block_panels;
  int64_t column_chunks;
  int64_t row_chunks;

  /** `steps` is rounded up to whole grains. */
  ProductPlan(int64_t rows_, int64_t columns_, int64_t steps_, int64_t repeats, TileSizes tile)
      : rows(rows_),
        columns(columns_),
        steps((steps_ + tile.grain - 1) / tile.grain * tile.grain),
        tile_columns(tile.columns),
        row_panels(rows_, tile.rows),
        passes(steps, tile.grain, kMostSteps) {
    const int64_t panels = (columns + tile_columns - 1) / tile_columns;
    const int64_t fitting = std::clamp<int64_t>(kBlockBytes / ((passes.size(0) + 1) * tile_columns * 4), 1, 16);
    block_panels = std::clamp<int64_t>(panels * repeats / kEnoughChunks, 1, fitting);
    column_chunks = (panels + block_panels - 1) / block_panels;
    const int64_t most_row_chunks = std::max<int64_t>(1, rows / kFewestRows);
    row_chunks = std::clamp<int64_t>(kEnoughChunks / (column_chunks * repeats), 1, most_row_chunks);
  }

  int64_t first_panel(int64_t row_chunk) const { return row_panels.parts * row_chunk / row_chunks; }
  int64_t block_columns() const { return block_panels * tile_columns; }
  int64_t chunk_columns(int64_t chunk) const { return std::min(block_columns(), columns - chunk * block_columns()); }
  /** Words for the packed columns of a chunk, with room for a vector more. */
  int64_t block_words() const { return block_columns() * passes.size(0) + kLanes; }
  /** Words for sums between passes. */
  int64_t partial_words() const { return passes.parts > 1 ? rows * block_columns() : 0; }
};

}  // namespace camada

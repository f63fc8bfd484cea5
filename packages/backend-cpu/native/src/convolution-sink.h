// Where the tiles of a convolution go.
#pragma once
#include <algorithm>

#include "activation-math.h"
#include "block-product.h"
#include "convolution-shape.h"

namespace camada {

/** Writes finished tiles to `y`, activated. */
struct OutputSink {
  const ConvolutionShape& s;
  float* y;
  int64_t first_channel;
  /** What the next chunk reads. */
  Prefetch ahead;

  float* at(int64_t image, int64_t row) const {
    return y + (image * s.c_out + first_channel + row) * s.positions;
  }

  void begin_tile() { ahead.advance(); }

  float* place(const TileRange& range, int64_t* stride) const {
    const int64_t image = range.column / s.positions;
    const int64_t inside = range.column - image * s.positions;
    if (inside + range.columns > s.positions) return nullptr;
    *stride = s.positions;
    return at(image, range.row) + inside;
  }

  void finish(const TileRange& range, float* tile, int64_t stride, bool placed) const {
    if (s.activation != Activation::kLinear) {
      for (int64_t r = 0; r < range.rows; r++) activate(s.activation, tile + r * stride, range.columns);
    }
    if (placed) return;
    for (int64_t column = 0; column < range.columns;) {
      const int64_t image = (range.column + column) / s.positions;
      const int64_t inside = range.column + column - image * s.positions;
      const int64_t length = std::min(s.positions - inside, range.columns - column);
      for (int64_t r = 0; r < range.rows; r++) {
        float* to = at(image, range.row + r) + inside;
        for (int64_t i = 0; i < length; i++) to[i] = tile[r * stride + column + i];
      }
      column += length;
    }
  }
};

}  // namespace camada

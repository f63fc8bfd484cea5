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
  /** Tiles are computed beside `y`: loads soon after AMX's stores wait for the lines that these go to. */
  bool is_buffered = false;
  /** What the next chunk reads. */
  Prefetch ahead = {};

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
    if (placed) {
      if (s.activation == Activation::kLinear) return;
      return activate_rows(s.activation, tile, stride, tile, stride, range.rows, range.columns);
    }
    for (int64_t column = 0; column < range.columns;) {
      const int64_t image = (range.column + column) / s.positions;
      const int64_t inside = range.column + column - image * s.positions;
      const int64_t length = std::min(s.positions - inside, range.columns - column);
      float* to = at(image, range.row) + inside;
      activate_rows(s.activation, to, s.positions, tile + column, stride, range.rows, length);
      column += length;
    }
  }
};

}  // namespace camada

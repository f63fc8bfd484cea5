// Gradients of outputs as tiles.
#pragma once
#include "prefetch.h"
#include "winograd-tiles.h"

namespace camada {

/** Floats of scratch space for `rows` rows of tiles of the gradient. */
inline int64_t gradient_scratch_size(const ConvolutionShape& s, int64_t rows) { return 2 * rows * s.ow + 4 * kLanes; }

/**
 * The gradient before the activation of one channel of one image for `count` rows of tiles from `first` on, at
 * `to + (2 a + b) * corner_stride` for the corners `(a, b)` of tiles. Rows are written in whole vectors.
 */
inline void split_gradient(const ConvolutionShape& s, const WinogradTiles& tiles, const float* dy, const float* y,
                           int64_t first, int64_t count, float* scratch, int64_t corner_stride, float* to) {
  const int64_t begin = 2 * first * s.ow;
  const int64_t end = std::min(2 * (first + count), s.oh) * s.ow;
  // All rows at once: what is read soon after in other vectors than it was written in makes the processor wait.
  activation_gradient(s.activation, scratch, dy + begin, y == nullptr ? y : y + begin, end - begin);
  std::fill_n(scratch + end - begin, 2 * count * s.ow + 2 * kLanes - (end - begin), 0.0f);
  for (int64_t r = 0; r < 2 * count; r++, scratch += s.ow) {
    float* even = to + 2 * (r % 2) * corner_stride + r / 2 * tiles.tiles_w;
    float* odd = even + corner_stride;
    split_row(scratch, s.ow, even, odd);
    if (s.ow % 2 == 1) odd[tiles.tiles_w - 1] = 0;
  }
}

/** Fetches gradients that are needed next, bit by bit: see `Prefetch`. */
class AheadGradient {
 public:
  AheadGradient() = default;
  AheadGradient(const float* dy, const float* y, int64_t offset, int64_t length, int64_t rows, int64_t stride,
                int64_t calls)
      : dy_(dy + offset, length, rows, stride, calls) {
    if (y != nullptr) y_ = {y + offset, length, rows, stride, calls};
  }

  void advance() {
    dy_.advance();
    y_.advance();
  }

 private:
  Prefetch dy_, y_;
};

}  // namespace camada

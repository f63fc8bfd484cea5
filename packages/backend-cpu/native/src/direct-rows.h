// Depthwise convolutions by the commonest kernels, 3 x 3 and 5 x 5 with stride 1 or 2, straight from a plane: lanes are
// output columns, and masks stand for the padding, so that nothing is copied first.
#pragma once
#include <cstdint>

#include "window-activation.h"
#include "window.h"

namespace camada {

/** Output rows `[first, first + count)` of one plane. */
struct DirectRows {
  WindowAxis h;
  WindowAxis w;
  /** `[h.in, w.in]` */
  const float* plane;
  /** `[h.kernel, w.kernel]` */
  const float* kernel;
  float bias;
  WindowActivation activation;
  int64_t first;
  int64_t count;
  /** Output row `first`. */
  float* out;

  static bool has_form(const WindowAxis& h, const WindowAxis& w) {
    return h.dilation == 1 && w.dilation == 1 && h.kernel == w.kernel && h.stride == w.stride &&
           (h.kernel == 3 || h.kernel == 5) && h.stride <= 2;
  }

  /** Rows in a piece of work; a multiple of those that are summed together. */
  static constexpr int64_t kRows = 32;

  void run() const;
};

}  // namespace camada
